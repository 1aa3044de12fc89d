"""What a tokenizer takes apart it puts together again: texts in many scripts, and what stands around words.

The sentences are made for these tests. Each is in the one spelling of `normalize` already.
"""

from __future__ import annotations

import unicodedata

import pytest

from toytrans.config import TextConfig
from toytrans.special_tokens import WORD_START
from toytrans.text.spelling import GLUE_MARK, normalize
from toytrans.text.tokenizer import Tokenizer, build_tokenizer
from toytrans.text.words import split_words

ROUND_TRIPS: dict[str, list[str]] = {
    # What stands around words, in the two languages with rules of their own
    "en": [
        "The cat sat on the mat.",
        "He says 'no'.",
        "'Yes,' she says, 'but not now.'",
        'She said: "No!" and then "Maybe..."',
        '"Come in," he said; "sit down."',
        "“Who is it?” asked the boys' mother.",
        "the boys' and girls' toys",
        "rock 'n' roll",
        "'tis the season, y'all",
        "the '90s were fun",
        "I can't, you won't, she's late, they'll've gone.",
        "DON'T do THAT!",
        "Write to a@b.com, please.",
        "Is it ann.lee+cats@mail.example.org?",
        "See https://example.org/cats?page=2#top, or www.example.org.",
        "It costs $3.50.",
        "It costs €5, £6 or 7 € each.",
        "Pay 5€ or 5 EUR (or 5.00 €).",
        "3,5 is 3.5 is 7/2.",
        "1,000,000 cats at 8:30 a.m. on 3/4/2020",
        "2020-01-02T03:04:05",
        "50% off, 50 % on",
        "#winter is near, says @anna",
        "C++ and C# are not C.",
        "AT&T and R&D and/or M & Ms",
        "read and / or write",
        "f(x) = 2 * x + 1",
        "x² + y² = z²",
        "20°C is 68 °F",
        "[sic] {braces} <tags> a<b",
        "a.b.c. and U.S.A.",
        "Wait... what?! No!!! Oh…",
        "Wait ... what ?",
        "a well-known mother-in-law's hat",
        "dogs—big dogs—and cats – small ones",
        "The cat , the dog and the bird .",
        "snake_case, kebab-case, camelCase",
        "~/home/cat.txt and C:\\cats\\cat.txt",
        "5 < 6 > 4 == 4 != 3",
        "& < > | \\ ^ ~ ` * _ -- --- -",
        ", a comma first",
        ". . . .",
        "()[]{}",
        '""',
        "''' \"\"\" ''",
        "a,b;c:d.e!f?g",
        "<s> and </s> and <unk>",
        "No. 5, p. 7, Mr. Fox",
        "🙂 I ❤️ cats 🐈‍⬛!",
        "👩‍🚀👨‍👩‍👧‍👦 and 🇫🇷🇩🇪 and 👍🏽👍 and 1️⃣",
        "■ stands for a square, _ for a low line",
    ],
    "fr": [
        "Le chat s'est assis sur le tapis.",
        "Où est l'été ? Il est là !",
        "Où est l'été? Il est là!",
        "C'est aujourd'hui qu'il s'en va-t-il ?",
        "Y a-t-il -t-il ?",
        "Il dit : « Oui », puis : «Non».",
        "Il dit: «Oui» ; elle dit : “Non”.",
        "l'ami d'«Ève» et d'Anne",
        "Elle a crié \"au secours\" et 'viens'.",
        "3,50 € ou 3€50, 50 % ou 50%",
        "1 000 km à 8 h 30, le 3/4/2020",
        "n° 5, p. 7, M. Renard",
        "Jean-Pierre, dit-il, va-t'en !",
        "Quoi?! Quoi ?! Quoi ? !",
        "s'il vous plaît/merci (etc.)",
        "un homme , une femme .",
        "l' herbe de l'herbe",
        "d&apos; un garçon",
        "cœur, Noël, ça, aïeul, où",
        "Attends... quoi ? Non… oui",
        "prud'homme, presqu'île, quelqu'un",
        "— Bonjour, dit le chat. — Salut !",
        "L'OISEAU N'EST PAS LÀ.",
        "rendez-vous à a@b.fr ou https://exemple.fr/chats",
        "Qu'est-ce que c'est que ça ?",
    ],
    # Latin letters
    "de": [
        "Die Katze saß auf der Matte.",
        "„Nein“, sagte er, „das ist meins.“",
        "»So ist es«, rief sie.",
        "Straße, Größe, Äpfel und Öl",
        "Ist's wahr? Um 8:30 Uhr für 3,50 €!",
    ],
    "es": ["¿Dónde está el gato?", "¡Hola! ¿Qué tal, niño?", "El pingüino dijo «sí».", "¿Sí o no?, preguntó."],
    "it": ["L'uomo c'è, l'ho visto.", "Perché no? È così!", "un po' d'acqua", "«Ciao», disse."],
    "pt": ["O gato não está aqui.", "Dê-me o pão, por favor!", "À noite há lua."],
    "ca": ["La col·lecció d'en Pau", "L'home s'ha quedat a l'illa."],
    "nl": ["'s Ochtends drink ik thee.", "De foto's zijn mooi, zo'n kat!"],
    "pl": ["„Gdzie jest kot?” – zapytał.", "Żółw śpi, a gęś płynie."],
    "cs": ["Kočka spí na koberci.", "„Kde je?“ zeptal se."],
    "hu": ["Hol van az őz? »Ott« – mondta.", "Az árvíztűrő tükörfúrógép"],
    "tr": ["Kedi halının üstünde oturuyor.", "İstanbul'da ılık bir gün."],
    "ro": ["Pisica stă pe covor.", "Ți-am spus: „nu”!"],
    "is": ["Kötturinn situr á mottunni.", "Það er ekki rétt."],
    "vi": ["Con mèo ngồi trên tấm thảm.", "Tiếng Việt có nhiều dấu: ặ, ễ, ộ."],
    "yo": ["Ẹ kú àárọ̀, ọ̀rẹ́ mi.", "Ológbò náà jókòó sórí ẹní.", "Ṣé o wà dáadáa?"],
    "haw": ["ʻO ka pōpoki ma ka moena.", "Hawaiʻi"],
    # Greek, Cyrillic, Georgian, Armenian
    "el": ["Η γάτα κάθισε στο χαλί.", "Πού είσαι; Εδώ.", "«Ναι», είπε· «όχι»."],
    "grc": ["ἐν ἀρχῇ ἦν ὁ λόγος", "τί ἐστιν ᾧ;"],
    "ru": ["Кошка сидела на ковре.", "Он сказал: «Да».", "— Кто там? — Это я!", "ёж и йод"],
    "uk": ["Кіт сів на килим.", "п'ять і м'яч", "її їжак"],
    "bg": ["Котката седна на килима.", "„Да“, каза тя."],
    "sr": ["Мачка је села на тепих.", "„Да”, рече она."],
    "ka": ["კატა ხალიჩაზე ზის.", "სად არის? აქ!", "„დიახ“, თქვა მან."],
    "hy": ["Կատուն նստեց գորգին։", "Որտե՞ղ է կատուն։", "Ո՛չ, այստեղ է։"],
    # Hebrew and Arabic letters
    "he": ["החתול ישב על השטיח.", "שָׁלוֹם עֲלֵיכֶם", "צה״ל וצה\"ל, ז'קט", "בְּרֵאשִׁית בָּרָא", "בית־ספר"],
    "yi": ["די קאַץ זיצט אויפֿן טעפּעך.", "וואָס מאַכסטו?"],
    "ar": ["جلست القطة على السجادة.", "هل أنت بخير؟ نعم، شُكْرًا!", "بِسْمِ اللَّهِ", "قالت: «لا»؛ ثم ذهبت.", "٣٫٥ كم و١٢:٣٠"],
    "fa": ["گربه روی فرش نشست.", "می‌خواهم بروم؛ نمی‌توانم.", "کتاب‌هایش کجاست؟", "سال ۱۴۰۰ ه‍.ش."],
    "ur": ["بلی چٹائی پر بیٹھی۔", "کیا آپ ٹھیک ہیں؟"],
    "ckb": ["پشیلەکە لەسەر فەرشەکە دانیشت.", "تۆ چۆنیت؟"],
    "syr": ["ܫܠܡܐ ܥܠܝܟ.", "ܫܠܵܡܵܐ"],
    "dv": ["ބުޅާ އޮތީ ކުނަގަނޑުގައި.", "ކޮބާ؟"],
    "nqo": ["ߛߐ߬ ߦߋ߫ ߡߎ߲߬؟", "ߒߞߏ"],
    # India and around
    "hi": ["बिल्ली चटाई पर बैठी है।", "हिन्दी में लिखो!", "क्या आप ठीक हैं? हाँ, मैं हूँ।", "क़लम और ज़मीन", "१२.५ रुपये"],
    "mr": ["मांजर चटईवर बसली.", "दोर्‍या आणि सुर्‍या"],
    "ne": ["बिरालो चटाईमा बस्यो।", "कहाँ छ?"],
    "sa": ["मार्जारः कटे उपविशति॥", "कः? अहम्।"],
    "bn": ["বিড়ালটি মাদুরে বসেছে।", "তুমি কেমন আছ?", "র‍্যাব এবং বাক্‌স্বাধীনতা"],
    "pa": ["ਬਿੱਲੀ ਚਟਾਈ ਉੱਤੇ ਬੈਠੀ ਹੈ।", "ਕੀ ਹਾਲ ਹੈ?"],
    "gu": ["બિલાડી સાદડી પર બેઠી છે.", "તમે કેમ છો?"],
    "or": ["ବିରାଡ଼ି ମସିଣା ଉପରେ ବସିଛି।", "କେମିତି ଅଛ?"],
    "ta": ["பூனை பாயில் அமர்ந்தது.", "நீங்கள் எப்படி இருக்கிறீர்கள்?", "க்ஷ மற்றும் ஸ்ரீ"],
    "te": ["పిల్లి చాప మీద కూర్చుంది.", "మీరు ఎలా ఉన్నారు?"],
    "kn": ["ಬೆಕ್ಕು ಚಾಪೆಯ ಮೇಲೆ ಕುಳಿತಿತು.", "ನೀವು ಹೇಗಿದ್ದೀರಿ?"],
    "ml": ["പൂച്ച പായയിൽ ഇരുന്നു.", "അവന്‍ വന്നു; അവള്‍ പോയി.", "നിനക്ക് സുഖമാണോ?"],
    "si": ["පූසා පැදුරේ වාඩි විය.", "ශ්‍රී ලංකාව", "ඔබට කොහොමද?"],
    "bo": ["བཀྲ་ཤིས་བདེ་ལེགས།", "ཞི་མི་ཉལ་འདུག ། ང་ཡང་ཉལ།"],
    # South-east Asia
    "th": ["แมวนั่งบนเสื่อ", "สวัสดีครับ คุณสบายดีไหม", "ราคา 3.50 บาท ๆ", "น้ำใจ ฯลฯ"],
    "lo": ["ແມວນັ່ງຢູ່ເທິງເສື່ອ", "ສະບາຍດີ, ເຈົ້າສະບາຍດີບໍ່?"],
    "km": ["ឆ្មាអង្គុយលើកន្ទេល។", "តើអ្នកសុខសប្បាយទេ?"],
    "my": ["ကြောင်က ဖျာပေါ်မှာ ထိုင်နေတယ်။", "နေကောင်းလား။ ဟုတ်ကဲ့၊ ကောင်းပါတယ်။"],
    # East Asia
    "zh": [
        "猫坐在垫子上。",
        "你好，世界！我叫“小明”。",
        "你去吗？不去；他去：好、好。",
        "《红楼梦》（小说）",
        "价格 3.5 元, OK?",
    ],
    "ja": ["猫がマットの上に座った。", "「猫」が好き？はい、好きです！", "コーヒーとｶﾌｪ", "葛󠄀城市と がぎぐ"],
    "ko": ["고양이가 매트 위에 앉았다.", "안녕하세요, 세계! '네'라고 했다.", "“어디?” 여기."],
    "mn": ["Муур дэвсгэр дээр суув.", "ᠮᠣᠩᠭᠣᠯ ᠪᠢᠴᠢᠭ᠌᠃", "ᠪᠠᠢᠭ᠋ᠠ᠂ ᠰᠠᠢᠨ"],
    # Africa and the Americas
    "am": ["ድመቷ ምንጣፉ ላይ ተቀመጠች።", "ሰላም፣ እንዴት ነህ?", "ሰላም፡ለዓለም።"],
    "zgh": ["ⴰⵎⵓⵛⵛ ⵉⵇⵇⵉⵎ.", "ⴰⵣⵓⵍ, ⵎⴰⵏⵉ?"],
    "chr": ["ᎣᏏᏲ, ᏙᎯᏧ?", "ᏪᏌ ᎤᏬᎳ."],
    "iu": ["ᐳᓯ ᐃᒃᓯᕙᔪᖅ.", "ᓇᐅᒃ? ᑕᕝᕙ!"],
    "ff": ["𞤃𞤢𞤥𞤥𞤢 𞤲𞤮 𞤸𞤫𞤥𞤦𞤭؟", "𞤔𞤢𞤥 𞤼𞤢𞤲"],
}

CASES = [(language, text) for language, texts in ROUND_TRIPS.items() for text in texts]


@pytest.fixture(scope="module", params=["words", "subwords"])
def tokenizers(request: pytest.FixtureRequest) -> dict[str, Tokenizer]:
    """A tokenizer for each language that has seen all of its texts, so that no word is unknown."""
    config = TextConfig(request.param, 2000, reading="verbatim")
    return {
        language: build_tokenizer(config, [(text, text) for text in texts], (language, language))
        for language, texts in ROUND_TRIPS.items()
    }


def test_the_texts_are_many_and_of_many_scripts() -> None:
    letters = {letter for _, text in CASES for letter in text if letter.isalpha()}
    scripts = {unicodedata.name(letter).split()[0] for letter in letters}
    assert len(set(CASES)) == len(CASES) >= 200
    assert len(scripts) >= 30


@pytest.mark.parametrize(("language", "text"), CASES)
def test_a_text_comes_back_exactly(tokenizers: dict[str, Tokenizer], language: str, text: str) -> None:
    tokenizer = tokenizers[language]
    encoded = tokenizer.encode(text, language)
    assert tokenizer.decode(encoded.ids, language) == normalize(text) == text
    assert tokenizer.describe(encoded.ids, language) == encoded
    assert encoded.unknown == ()
    assert encoded.words == split_words(text, language)


@pytest.mark.parametrize(("language", "text"), CASES)
def test_no_word_begins_with_the_mark_of_another_letter_or_with_one_of_ours(language: str, text: str) -> None:
    for word in split_words(text, language):
        assert not unicodedata.category(word[0]).startswith("M")
        assert word[0] not in "\u200c\u200d"
        assert not {WORD_START, GLUE_MARK} & set(word)
