"""Text in, translation out, with the attention that went with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Literal

import torch

from toytrans.attention_maps import AttentionMap, Metadata, View, ViewScore, threshold_of
from toytrans.config import SearchConfig
from toytrans.decoding.beam import beam_search
from toytrans.decoding.confidence import Limits, confidence, surprise, warnings, word_probabilities
from toytrans.decoding.copying import copies, unknown_words
from toytrans.decoding.greedy import greedy_search
from toytrans.decoding.hypothesis import Hypothesis, RecordedAttention, all_known, next_token_log_probabilities
from toytrans.decoding.lines import translate_lines
from toytrans.decoding.side_by_side import groups_to_search, side_by_side
from toytrans.decoding.translation import Translation
from toytrans.model.device import fast_float32_products
from toytrans.model.memory import keep_freed_memory
from toytrans.model.numpy_transformer import NumpyTransformer
from toytrans.model.transformer import Decoded, EncodedSource, Transformer
from toytrans.run import Run
from toytrans.text import UNK, Encoded, Tokenizer, groups_of_like_length, make_batch, pad
from toytrans.text.neighbours import Neighbours, NewPair

FEW_SENTENCES = 16
"""Up to so many sentences are sooner translated one by one, in NumPy, than together, in PyTorch."""
MANY_ROWS = 64
"""From so many on, a matrix product gains more from `fast_float32_products` than it takes to begin one."""


class Translator:
    """A trained model with its tokenizer."""

    def __init__(
        self,
        model: Transformer,
        tokenizer: Tokenizer,
        languages: tuple[str, str],
        run_name: str = "",
        checkpoint_name: str = "",
        view_scores: tuple[ViewScore, ...] = (),
        guided_view: View | None = None,
        guidance: str = "",
        *,
        limits: Limits = Limits(),
        neighbours: Neighbours | None = None,
    ) -> None:
        self.model, self.tokenizer, self.languages = model, tokenizer, languages
        self.run_name, self.checkpoint_name = run_name, checkpoint_name
        self.view_scores, self.guided_view, self.guidance = view_scores, guided_view, guidance
        self.limits, self.neighbours = limits, neighbours
        self._weights = list(model.parameters())
        self._numpy: tuple[list[int], NumpyTransformer] | None = None  # made of these versions of the weights

    @classmethod
    def load(cls, run_path: Path, which: Literal["best", "last"] = "best", device: str = "cpu") -> Translator:
        """The translator of a run; `FileNotFoundError` or `ValueError` where the run is not whole."""
        keep_freed_memory()
        run = Run.open(run_path)
        checkpoint = run.load_checkpoint(which)
        tokenizer = run.load_tokenizer()
        model = run.load_model(checkpoint, tokenizer).to(device)
        return cls(
            model,
            tokenizer,
            run.config.languages,
            run_name=run_path.resolve().name,
            checkpoint_name=f"step {checkpoint.step}",
            view_scores=tuple(map(ViewScore.from_json, checkpoint.state.get("view_scores", ()))),
            guided_view=View(*run.config.guided_view) if run.config.guided_view else None,
            guidance=run.config.guidance,
            limits=Limits.from_json(checkpoint.state.get("limits") or {}),
            neighbours=run.load_neighbours(),
        )

    @property
    def view(self) -> View:
        """What to look at unless told otherwise: the guided head, if the run has one, since it was taught for that.

        Else the view that claimed links best on validation, and the mean of all where gold links could not tell.
        """
        return self.guided_view or (self.view_scores[0].view if self.view_scores else View())

    def threshold(self, view: View) -> float:
        """The part of a row from which on the view claims a link."""
        return threshold_of(view, self.view_scores)

    def translate(
        self, texts: Sequence[str], search: SearchConfig = SearchConfig(), with_attention: bool = False
    ) -> list[Translation]:
        """The best translation of each text, in the order of the texts. A text without words stays without."""
        return [candidates[0] for candidates in self.translate_n_best(texts, search, with_attention)]

    def translate_n_best(
        self, texts: Sequence[str], search: SearchConfig = SearchConfig(), with_attention: bool = False
    ) -> list[list[Translation]]:
        """For each text its `beam_size` translations, the best first. Its sentences are translated one by one."""
        return translate_lines(
            texts,
            lambda text: self.tokenizer.reader.sentences(text, self.languages[0]),
            lambda sentences: self._translate_sentences(sentences, search, with_attention),
        )

    def _translate_sentences(
        self, texts: Sequence[str], search: SearchConfig, with_attention: bool
    ) -> list[list[Translation]]:
        sources = self.tokenizer.encode_all(texts, self.languages[0])
        found = self.search(sources, search, with_attention)
        if not with_attention:
            self._look_at_slots(sources, found)
        return [
            [self._translation(text, source, hypothesis, search, with_attention) for hypothesis in hypotheses]
            for text, source, hypotheses in zip(texts, sources, found, strict=True)
        ]

    def search(
        self, sources: Sequence[Encoded], search: SearchConfig = SearchConfig(), with_attention: bool = False
    ) -> list[list[Hypothesis]]:
        """Of each source its `beam_size` translations as ids, the best first; `translate_n_best` gives them as text."""
        are_few = len(sources) <= FEW_SENTENCES and search.beam_size == 1 and not any(map(_is_empty, sources))
        if are_few and not with_attention and self._device.type == "cpu":
            alone = self._numpy_transformer()
            return [[Hypothesis(*alone.greedy_search(source.ids, _max_length(source)))] for source in sources]
        found = self._search_all(sources, search, with_attention)
        return [found[number] for number in range(len(sources))]

    def attend(self, texts: Sequence[str], targets: Sequence[str]) -> list[AttentionMap]:
        """The attention while each given target is predicted from its text: the model is *forced* to say it."""
        if len(texts) != len(targets):
            raise ValueError(f"{len(texts)} texts and {len(targets)} targets: give one target a text")
        sources = self.tokenizer.encode_all(texts, self.languages[0])
        outputs = self.tokenizer.encode_all(targets, self.languages[1])
        maps: dict[int, AttentionMap] = {}
        with self.evaluating():
            for group in groups_of_like_length([source.ids for source in sources]):
                hypotheses = self._force([sources[n] for n in group], [outputs[n] for n in group])
                for number, hypothesis in zip(group, hypotheses, strict=True):
                    source, output = sources[number], outputs[number]
                    map_ = self._attention_map(source, output, hypothesis, "forced")
                    words = word_probabilities(output, hypothesis.probabilities)
                    said = warnings(source, words, self.limits, self.new_pairs(source))
                    maps[number] = replace(map_, metadata=replace(map_.metadata, warnings=said))
        return [maps[number] for number in range(len(texts))]

    def new_pairs(self, source: Encoded) -> list[NewPair]:
        """The neighbours in a source sentence that training never had; none where that was not noted."""
        return self.neighbours.new_pairs(source.ids) if self.neighbours else []

    @contextmanager
    def evaluating(self, num_rows: int = MANY_ROWS) -> Iterator[None]:
        """Dropout off within, and products as suits so many rows; back as it was after."""
        was_training = self.model.training
        self.model.eval()
        try:
            with fast_float32_products(self._device) if num_rows >= MANY_ROWS else nullcontext():
                yield
        finally:
            self.model.train(was_training)

    @property
    def _device(self) -> torch.device:
        return self.model.embedding.weight.device

    def _search_all(
        self, sources: Sequence[Encoded], search: SearchConfig, with_attention: bool
    ) -> dict[int, list[Hypothesis]]:
        """The hypotheses of each sentence, by its number."""
        found: dict[int, list[Hypothesis]] = {}
        groups = groups_to_search([source.ids for source in sources], search.beam_size, self._device)
        with self.evaluating(len(sources) * search.beam_size):
            searched = side_by_side(
                lambda group: self._search([sources[number] for number in group], search, with_attention),
                groups,
                self._device,
            )
            for group, hypotheses in zip(groups, searched, strict=True):
                found.update(zip(group, hypotheses, strict=True))
            for number, source in enumerate(sources):
                if _is_empty(source):
                    (nothing,) = self._force([source], [source])
                    found[number] = [nothing if with_attention else replace(nothing, attention=None)] * search.beam_size
        return found

    def _search(self, sources: Sequence[Encoded], search: SearchConfig, with_attention: bool) -> list[list[Hypothesis]]:
        source_BS = pad([source.ids for source in sources]).to(self._device)
        max_lengths = [_max_length(source) for source in sources]
        if search.beam_size == 1:
            return [[best] for best in greedy_search(self.model, source_BS, max_lengths, with_attention)]
        if 2 * search.beam_size > len(self.tokenizer):
            raise ValueError(f"beam_size {search.beam_size} is more than half the vocabulary ({len(self.tokenizer)})")
        return beam_search(self.model, source_BS, max_lengths, search.beam_size, search.length_penalty, with_attention)

    def _numpy_transformer(self) -> NumpyTransformer:
        """The model as it is now, in NumPy: four times as fast as PyTorch where there is but one sentence."""
        made_of = [weight._version for weight in self._weights]
        if self._numpy is None or self._numpy[0] != made_of:
            weights = {name: tensor.numpy() for name, tensor in self.model.state_dict().items()}
            self._numpy = made_of, NumpyTransformer(weights, self.model.config)
        return self._numpy[1]

    @torch.inference_mode()
    def forced_pass(
        self,
        sources: Sequence[Encoded],
        targets: Sequence[Encoded],
        return_attention: bool = False,
        hidden_BS: torch.Tensor | None = None,
    ) -> tuple[torch.Tensor, EncodedSource, Decoded]:
        """One batch in which the model is *forced* to say the targets: the log-probabilities (B, T) of their tokens.

        What it encoded and decoded comes too. `hidden_BS` is True at source tokens that nothing may look at.
        """
        source_ids, target_ids = [source.ids for source in sources], [target.ids for target in targets]
        batch = make_batch(source_ids, target_ids, range(len(sources))).to(self._device)
        encoded = self.model.encode(batch.source_BS, return_attention, hidden_BS)
        decoded = self.model.decode(batch.target_input_BT, encoded, return_attention)
        logits_BTV = self.model.next_token_logits(decoded.states_BTD)
        has_no_slot_B1 = (all_known(batch.source_BS) & all_known(batch.target_output_BT))[:, None]
        logits_BTV[..., UNK].masked_fill_(has_no_slot_B1, float("-inf"))  # as in a search
        log_probabilities_BTV = next_token_log_probabilities(logits_BTV)
        return log_probabilities_BTV.gather(-1, batch.target_output_BT[..., None])[..., 0], encoded, decoded

    def _force(self, sources: Sequence[Encoded], targets: Sequence[Encoded]) -> list[Hypothesis]:
        log_probabilities_BT, encoded, decoded = self.forced_pass(sources, targets, return_attention=True)
        return [
            Hypothesis(
                tuple(target.ids),
                tuple(log_probabilities_BT[row, : len(target.ids)].tolist()),
                RecordedAttention.of_row(encoded, decoded, row, len(target.ids)),
            )
            for row, target in enumerate(targets)
        ]

    def _translation(
        self, text: str, source: Encoded, hypothesis: Hypothesis, search: SearchConfig, with_attention: bool
    ) -> Translation:
        target = self.tokenizer.describe(hypothesis.ids, self.languages[1])
        map_ = self._attention_map(source, target, hypothesis, search.name) if hypothesis.attention else None
        copied = copies(map_, self.view, source, target) if map_ else ()
        filled = {copy.target: copy.word for copy in copied}
        taken = {copy.target: copy.source for copy in copied}
        words, new_pairs = word_probabilities(target, hypothesis.probabilities, filled), self.new_pairs(source)
        said = warnings(source, words, self.limits, new_pairs, taken.values(), hypothesis.is_finished)
        if map_:
            map_ = replace(map_, metadata=replace(map_.metadata, copied=taken, warnings=said))
        return Translation(
            source=text,
            text=self.tokenizer.decode(hypothesis.ids, self.languages[1], filled),
            score=hypothesis.score(search.length_penalty),
            probabilities=hypothesis.probabilities,
            unknown_words=source.unknown,
            is_finished=hypothesis.is_finished,
            confidence=confidence(words),
            surprise=surprise(new_pairs),
            copied=copied,
            warnings=said,
            attention=map_ if with_attention else None,
            read_as=source.read_as,
        )

    def _look_at_slots(self, sources: Sequence[Encoded], found: list[list[Hypothesis]]) -> None:
        """Gives each hypothesis with a slot its attention, in place: that of a forced pass, which is the same."""
        places = [(n, m) for n, each in enumerate(found) for m, one in enumerate(each) if UNK in one.ids]
        for group in groups_of_like_length([sources[n].ids for n, _ in places]):
            together = [places[number] for number in group]
            written = [self.tokenizer.describe(found[n][m].ids, self.languages[1]) for n, m in together]
            with self.evaluating():
                looks = self._force([sources[n] for n, _ in together], written)
            for (n, m), look in zip(together, looks, strict=True):
                found[n][m] = replace(found[n][m], attention=look.attention)

    def _attention_map(self, source: Encoded, target: Encoded, hypothesis: Hypothesis, decoding: str) -> AttentionMap:
        assert hypothesis.attention is not None
        metadata = Metadata(
            run=self.run_name,
            checkpoint=self.checkpoint_name,
            decoding=decoding,
            probabilities=hypothesis.probabilities,
            view_scores=self.view_scores,
            guidance=self.guidance,
            typed=unknown_words(source),
        )
        return hypothesis.attention.as_map(source, target, metadata, bool(self.model.config.null_positions))


def _is_empty(source: Encoded) -> bool:
    """Whether there is nothing to translate, whatever the model would say: no more than `</s>`."""
    return len(source.ids) == 1


def _max_length(source: Encoded) -> int:
    return 2 * len(source.ids) + 10
