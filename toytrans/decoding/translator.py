"""Text in, translation out, with its attention and its warnings: between them, the model works with ids."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from toytrans.attention_maps import FORCED, AttentionMap, Metadata, View, ViewScore, threshold_of
from toytrans.config import SearchConfig
from toytrans.decoding.confidence import Limits, confidence, of_cut, surprise, warnings, word_probabilities
from toytrans.decoding.copying import copies
from toytrans.decoding.hypothesis import Backend, ForcedPass, Hypothesis
from toytrans.decoding.numpy_backend import NumpyBackend
from toytrans.decoding.translation import Translation
from toytrans.errors import Refused
from toytrans.model.numpy_transformer import NumpyTransformer
from toytrans.special_tokens import UNK
from toytrans.text import Encoded, Tokenizer
from toytrans.text.neighbours import Neighbours, NewPair

if TYPE_CHECKING:
    from toytrans.model.transformer import Transformer


class Translator:
    """A trained model with its tokenizer. `load` and `load_numpy` make one from a run."""

    def __init__(
        self,
        model: Transformer | NumpyTransformer,
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
        self.backend = _backend(model)

    @property
    def shape(self) -> tuple[int, int]:
        """How many layers the model has, and how many heads each: which views of its attention there are."""
        return self.model.config.num_layers, self.model.config.num_heads

    @property
    def view(self) -> View:
        """The view of attention to show by default: the guided head, if the run has one.

        Else the view that claimed links best on validation; the mean of all layers and heads without gold links.
        """
        return self.guided_view or (self.view_scores[0].view if self.view_scores else View())

    def threshold(self, view: View) -> float:
        """The view's threshold: the least weight that claims a link."""
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
        lines = [self.tokenizer.reader.sentences(text, self.languages[0]) for text in texts]
        found = iter(self._translate_sentences(list(chain.from_iterable(lines)), search, with_attention))
        candidates = [[next(found) for _ in line] for line in lines]  # of each line, of each of its sentences
        return [
            of_line[0] if len(of_line) == 1 else [Translation.join(text, each) for each in zip(*of_line, strict=True)]
            for text, of_line in zip(texts, candidates, strict=True)
        ]

    def read(self, texts: Sequence[str], side: int) -> list[Encoded]:
        """Sources (side 0) or targets (side 1) as ids; longer ones than the run takes are cut (`limits.max_tokens`)."""
        encoded = self.tokenizer.encode_all(texts, self.languages[side])
        return [each.cut(self.limits.max_tokens) for each in encoded]

    def takes(self, sources: Sequence[str], targets: Sequence[str]) -> list[bool]:
        """Of each source and its target, whether both are read whole."""
        pairs = zip(self.read(sources, 0), self.read(targets, 1), strict=True)
        return [not (source.num_left_out or target.num_left_out) for source, target in pairs]

    def search(self, sources: Sequence[Encoded], search: SearchConfig = SearchConfig()) -> list[list[Hypothesis]]:
        """Of each source its `beam_size` translations as ids, the best first; `translate_n_best` gives them as text."""
        if search.beam_size > 1 and 2 * search.beam_size > len(self.tokenizer):
            raise Refused(f"beam_size {search.beam_size} is more than half the vocabulary ({len(self.tokenizer)})")
        # The translation of a lone `</s>` is `</s>`; the model is not asked.
        full = [number for number, source in enumerate(sources) if len(source.ids) > 1]
        empty = [source.ids for source in sources if len(source.ids) == 1]
        searched = dict(zip(full, self.backend.search([sources[n].ids for n in full], search), strict=True))
        nothing = iter(self.backend.force(empty, empty))
        return [searched.get(n) or [next(nothing).target] * search.beam_size for n in range(len(sources))]

    def attend(self, texts: Sequence[str], targets: Sequence[str]) -> list[AttentionMap]:
        """The attention while each given target is predicted from its text: the model is *forced* to say it."""
        if len(texts) != len(targets):
            raise ValueError(f"{len(texts)} texts and {len(targets)} targets: give one target a text")
        sources, outputs = self.read(texts, 0), self.read(targets, 1)
        forced = self.backend.force([source.ids for source in sources], [output.ids for output in outputs])
        maps = []
        for source, output, each in zip(sources, outputs, forced, strict=True):
            words = word_probabilities(output, each.target.probabilities)
            said = (
                *warnings(source, words, self.limits, self.new_pairs(source)),
                *of_cut(output, "translation", self.limits),
            )
            map_ = self._attention_map(source, output, each, FORCED)
            metadata = replace(map_.metadata, typed_target=output.unknown_words, warnings=said)
            maps.append(replace(map_, metadata=metadata))
        return maps

    def metadata(self, source: Encoded, probabilities: tuple[float, ...], decoding: str) -> Metadata:
        """Where a map of this translator comes from; `decoding` says how the target was chosen."""
        return Metadata(
            run=self.run_name,
            checkpoint=self.checkpoint_name,
            decoding=decoding,
            probabilities=probabilities,
            view_scores=self.view_scores,
            guidance=self.guidance,
            typed=source.unknown_words,
        )

    def new_pairs(self, source: Encoded) -> list[NewPair]:
        """The neighbours in a source sentence that training never had; none where the run did not note them."""
        return self.neighbours.new_pairs(source.ids) if self.neighbours else []

    def _translate_sentences(
        self, texts: Sequence[str], search: SearchConfig, with_attention: bool
    ) -> list[list[Translation]]:
        sources = self.read(texts, 0)
        found = self.search(sources, search)
        # A search stores no attention. A forced pass over its result computes the same where it is needed: for
        # translations whose attention people will see, and for those with a slot to fill.
        flat = [(source.ids, each.ids) for source, of in zip(sources, found, strict=True) for each in of]
        needed = [number for number, (_, ids) in enumerate(flat) if with_attention or UNK in ids]
        passes = self.backend.force([flat[number][0] for number in needed], [flat[number][1] for number in needed])
        forced, counter = dict(zip(needed, passes, strict=True)), iter(range(len(flat)))
        return [
            [
                self._translation(text, source, each, search, forced.get(next(counter)), with_attention)
                for each in hypotheses
            ]
            for text, source, hypotheses in zip(texts, sources, found, strict=True)
        ]

    def _translation(
        self,
        text: str,
        source: Encoded,
        hypothesis: Hypothesis,
        search: SearchConfig,
        forced: ForcedPass | None,
        with_attention: bool,
    ) -> Translation:
        target = self.tokenizer.describe(hypothesis.ids, self.languages[1])
        map_ = self._attention_map(source, target, forced, search.name) if forced else None
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

    def _attention_map(self, source: Encoded, target: Encoded, forced: ForcedPass, decoding: str) -> AttentionMap:
        return forced.as_map(source, target, self.metadata(source, forced.target.probabilities, decoding))


def _backend(model: Transformer | NumpyTransformer) -> Backend:
    if isinstance(model, NumpyTransformer):
        return NumpyBackend(model)
    from toytrans.decoding.torch_backend import TorchBackend

    return TorchBackend(model)
