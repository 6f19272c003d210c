"""Whether a sentence points back to what was said before it, told from its words alone.

Three signs, in many languages: it begins with a word that means something said before ("But …", "The latter …",
"En revanche, …"); its first clause has such a word ("At 160 a second that makes …", "Das Programm dafür …", "In this
way …"); or it ends with one ("…, too."). Words that mean something else in another language count only in their own.
What only the article can tell (a surname, "the loop") is `mentions`' part.
"""

from __future__ import annotations

import re

_WHEN = (
    r"(?:past |last |coming |very )?(?:week|weekend|month|year|summer|winter|spring|autumn|fall|morning|afternoon|"
    r"evening|season|quarter|decade|century|day|(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march|"
    r"april|june|july|august|september|october|november|december)s?\b"
)
#: At the start, in whatever language the sentence is.
_ANY = (
    rf"(?:this|that|these|those)(?! {_WHEN})"
    r"|he|she|it|they|his|her|hers|its|their|theirs|him|them|such|both|neither|either|here|there|so|then|thus|hence"
    r"|but|and|or|nor|yet|however|moreover|furthermore|therefore|meanwhile|instead|otherwise|nevertheless|nonetheless"
    r"|also|besides|similarly|likewise|consequently|additionally|still|again|finally|another|others"
    r"|because|which|who|the (?:latter|former|same|others?|rest|previous|next|last|first|second|third|fourth)"
    r"|an? (?:second|third|fourth)(?! of)"
    r"|(?:one|some|most|many|each|none|all|half|part|much|any|few|several|two|three|four|five) of (?:th(?:is|ese"
    r"|ose|em|at)|it)"
    r"|for (?:example|instance|this|that|one thing)|as a result|as such|as with|as (?:you|we) (?:saw|can see|said)"
    r"|in (?:addition|contrast|fact|short|other words|turn|response|return|particular|comparison|the process|all|both)"
    r"|by (?:contrast|comparison|then)|after (?:all|that|this|which)|since then|until then|only then|from then"
    r"|even so|that said|either way|of course|indeed|rather|conversely|accordingly|thereafter|afterwards?|thereby"
    r"|eventually|ultimately|alternatively|overall|granted|except|unlike (?:this|that|these|those|them|it)"
    r"|(?:more|most|just as|equally) (?:importantly|significantly|interestingly)|better still|worse(?: still)?"
    r"|along the way|not so|not any ?more|yes|no(?=,)|well(?=,)|like (?:this|that|these|those|it|him|her|them)"
    r"|to (?:this|that) end|with (?:this|that) in mind|(?:despite|because of|due to|thanks to) (?:this|that|these"
    r"|those|it)"
    r"|on (?:the other hand|top of)|at (?:that|this|the same) (?:time|point|moment)"
    r"|first|firstly|second|secondly|third|thirdly|lastly"
    r"|dies|dieser|diese[ms]?|diesen|er|sie|es|aber|und|oder|doch|dabei|dadurch|damit|deshalb|daher|außerdem|jedoch"
    r"|zudem|sein|seine[mnrs]?|ihre?[mnrs]?"
    r"|ce|cet|cette|ces|il|elle|ils|elles|mais|et|donc|cependant|ainsi|pourtant|cela|ça"
    r"|este|esta|esto|estos|ese|esa|eso|él|ella|ellos|pero|y|sin embargo|además|así"
    r"|هذا|هذه|ذلك|تلك|هو|هي|هم|لكن|ولكن|وهذا|كما|وقد|وكان|لذلك|ومع ذلك|لهذا|وهو|وهي"
    r"|यह|वह|ये|वे|इस|उस|इसके|उसके|इसका|इसकी|लेकिन|और|मगर|इसलिए|उन्होंने|उनके|उनका|उनकी|इससे|इसमें|हालांकि|फिर"
    r"|это|этот|эта|эти|он|она|они|оно|но|и|однако|поэтому|также|его|ее|их|кроме того|например|затем|тем не менее"
)
#: At the start, in that language only.
_BEGINS = {
    "de": r"d(?:as|ie|er)(?= (?:ist|war|sind|waren|heißt|hieß|bedeutet|macht|hat|hatte|kann|wird|wurde|würde|geht"
    r"|gilt|"
    r"reicht|kostet|liegt|führt|zeigt|klingt|soll)\b)|denn|auch|dann|da(?:nn|nach|vor|zu|rum|für|gegen|raus|rauf|von|"
    r"ran|rin|mit|ran|rüber)|dort|hier|trotzdem|dennoch|allerdings|stattdessen|schließlich|somit|also|deswegen"
    r"|folglich|"
    r"hingegen|ebenso|ebenfalls|gleichzeitig|zugleich|inzwischen|mittlerweile|beide[rs]?|andere|solche"
    r"|zum (?:beispiel|"
    r"einen|anderen)|im gegen(?:satz dazu|teil|zug)|(?:der|die|das) (?:andere|erste|zweite|dritte|letztere"
    r"|übrige)[nrs]?|"
    r"(?:ein|eine) (?:andere|weitere|zweite|dritte|vierte)[rs]?|jene[rs]?|letztere[rs]?|keine[rs]? (?:da|von ih)",
    "fr": r"c['’](?:est|était)|son|sa|ses|leurs?|lui|celui|celle|ceux|celles|tous deux|toutes deux|car|alors|puis|"
    r"ensuite|enfin|toutefois|néanmoins|or|par (?:ailleurs|exemple|conséquent|contre)|de plus|de même|en (?:outre"
    r"|effet|"
    r"revanche|conséquence|fait|somme|clair)|d['’]autres|(?:l['’]|un |une |les )autres?|(?:le|la|les) (?:second"
    r"|premi[eè]r|"
    r"derni[eè]r|deuxième|troisième|même)e?s?|là|parmi (?:eux|elles)|autrement dit|(?:au|à) contraire|quant à"
    r"|après quoi|"
    r"depuis(?=,)|chacune?|aucune? d['’](?:eux|elles)|malgré (?:cela|tout)|dès lors|voilà|ainsi|à (?:cela|cet égard)",
    "es": r"sus?|lo (?:mismo|cual)|también|por (?:eso|ello|tanto|lo tanto|otr[ao] (?:parte|lado)|su parte|ejemplo|"
    r"consiguiente)|en (?:cambio|consecuencia|resumen|concreto|este|esta|ese|esa|efecto)|no obstante|aun así|entonces|"
    r"luego|después|tampoco|otr[ao]s?|amb[ao]s|(?:el|la|los|las) (?:otr[ao]s?|demás|primer[ao]s?|segund[ao]s?"
    r"|tercer[ao]|"
    r"últim[ao]s?|mism[ao]s?)|allí|ahí|aquí|porque|de hecho|es decir|al final|finalmente|mientras tanto|dich[ao]s?|"
    r"aquell?[ao]s?|aquel|esas|esos|estas|ni|tod[ao] (?:ello|eso|esto)|a (?:su vez|pesar de (?:ello|eso|esto))"
    r"|ell[ao]s",
    "it": r"quest[aoie]|quell[aoie]|ma|e|tuttavia|inoltre|lui|lei|su[aoei]|suoi|così|quindi|però|anche|infatti|invece|"
    r"poi|(?:l['’]|un['’]?\s?)altr[ao]|gli altri|entrambi|per (?:esempio|questo)|ciò",
    "pt": r"ele|ela|eles|elas|isto|isso|aquilo|est[ea]s?|ess[ea]s?|mas|porém|contudo|entretanto|além disso|também"
    r"|então|"
    r"assim|por (?:isso|exemplo|outro lado)|seus?|suas?|(?:o|a|os|as) outr[ao]s?|ambos|ambas|no entanto",
    "nl": r"dit|dat|deze|die|hij|zij|ze|zijn|haar|hun|maar|en|ook|daarom|daarna|daarnaast|toch|dus|bovendien|echter|"
    r"beide|(?:de|het) andere|bijvoorbeeld|hier|daar|er",
}  # fmt: skip
_OPENS = r"(?:[\"'“‘«„(]\s*)?"
_WHOLE_WORD = r"(?![\w\u0900-\u0963\u0610-\u065f])"
_POINTS_BACK = re.compile(rf"{_OPENS}(?:{_ANY}){_WHOLE_WORD}", re.IGNORECASE)
_POINTS_BACK_IN = {
    language: re.compile(rf"{_OPENS}(?:{words}){_WHOLE_WORD}", re.IGNORECASE) for language, words in _BEGINS.items()
}
#: The same for languages without spaces: the word need not end there.
_POINTS_BACK_CJK = re.compile(
    "[「『“‘（]?(?:这|那|此|其|该|他|她|它|但|而|不过|然而|因此|所以|并且|同时|于是|后者|前者|两者|另外|相比之下|例如|与此|对此|"
    "しかし|だが|でも|そして|また|それ|これ|その|この|あの|彼|だから|そこで|さらに|一方|なお|ただし|後者|前者|両者|例えば|"
    "たとえば|ところが|つまり|したがって|こうした|こうして|そんな|そうした)"
)
#: In the first clause, language by language; "that" and "dafür" only where no clause of theirs follows.
_CLAUSE = {
    "en": re.compile(
        rf"\b(?:this|these)\b(?! (?:time|{_WHEN}))|\bof (?:them|it|those)\b|\bthe (?:latter|former|other two|others)\b"
        r"|\ba (?:second|third|fourth|fifth|sixth)(?=$|[,.;:!?])",
        re.IGNORECASE,
    ),
    "de": re.compile(
        r"\b(?:da(?:für|von|mit|bei|durch|gegen|zu|nach|ran|rauf|raus|rin|rüber|runter|rum)|hier(?:für|von|mit|bei"
        r"|durch|"
        r"zu|nach|auf|aus)|deswegen|trotzdem|dennoch|hingegen|stattdessen|außerdem|zudem|ebenfalls|letztere[nmrs]?)\b"
        r"(?!\s*[,:])",
        re.IGNORECASE,
    ),
    "fr": re.compile(
        r"\b(?:celui|celle|ceux|celles)-(?:ci|là)\b|\bce(?:tte)? derni(?:er|ère)\b|\b(?:cet|ces)\b(?! (?:été|hiver"
        r"|automne|"
        r"après-midi|jours|derniers))|\b(?:toutefois|cependant|néanmoins|en revanche|également|d['’]ailleurs)\b",
        re.IGNORECASE,
    ),
    "es": re.compile(
        r"\b(?:ese|esa|esos|esas|dich[ao]s?|aquell[ao]s?|sin embargo|no obstante|en cambio|además|éste|ésta|éstos)\b",
        re.IGNORECASE,
    ),
}  # fmt: skip
_CLAUSE_ENDS = re.compile(r"[,;:!?()–—。，、]|\.\s")
#: Characters of a first clause that are looked at.
_NEAR = 80
#: "At 160 a second that makes five percent.": a pronoun, since nothing follows what it would relate to.
_THAT = re.compile(
    r"(?:At|With|For|In|On|After|By|From|Over)\b[^,;:]{0,70} that (?:makes|is|was|means|meant|would|leaves|gives"
    r"|costs|adds|comes|"
    r"amounts|helps|seems|sounds|looks|works|made)\b[^,;:]*$"
    r"|(?:For|In|At|On|After|By|Until|From|Over|During) (?:\w+ ){1,3}(?:time|years?|months?|weeks?|days?|hours?"
    r"|while|point) that "
    r"(?!(?:the|a|an|he|she|it|they|we|I|you|his|her|its|their)\b)"
)
_ENDS_BACK = re.compile(
    r"(?:,? too|\b(?:as well|instead|neither|reason why)|,? either|\bd(?:o|oes|id|one|oing) (?:so|th(?:is|at)"
    r"|it))[\"”]?[.!][\"”]?$"
)
#: "The answer is no.", "… for another reason: …": of a question that was asked before.
_ANSWER = re.compile(
    r"\bthe (?:answer|reason|result|upshot|difference|solution|catch|outcome|alternative|exception|remedy) (?:is"
    r"|was|were|are)\b"
    r"|\banother (?:reason|example|way|option|problem|advantage|benefit|factor)\b",
    re.IGNORECASE,
)
#: "… is ten times faster." than what?
_THAN = re.compile(
    r"\b(?:is|are|was|were|be|got|gets|became)(?: (?:much|far|even|a bit|\w+ times|\w+ percent))? "
    r"(?:faster|slower|better|worse|cheaper|larger|smaller|bigger|different|easier|harder|simpler|safer)\.$"
)
#: "Sixty-one percent of the samples …", "Nine percent were …": of what was counted before.
_SHARE = re.compile(
    r"(?:about |around |nearly |almost |only |just |some |roughly )?(?:(?:(?:twen|thir|for|fif|six|seven|eigh"
    r"|nine)ty(?:-\w+)?|"
    r"one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|a dozen|\d[\d.,]*)(?: (?:thirds|quarters)|"
    r" ?(?:%| ?per ?cent))?|half|most|many|some|several|a (?:third|quarter|fifth|majority|handful|few)) "
    r"(?:(?:were|was|are|had|said|came|went)\b|of (?:the|those|these|them)\b(?: [a-z-]+){0,2}? [a-z]+s\b(?!['’]))",
    re.IGNORECASE,
)
#: A sentence that begins with where, when or how, and what of it could be meant by "he" or "she".
_SETTING = re.compile(
    r"(?:In|At|On|After|Before|When|While|As|If|Since|During|For|From|With|By|To|Until|Once|Although|Though"
    r"|Despite|Asked|"
    r"Speaking|Later|Earlier|Last|Yesterday|Today|Now|Soon|Born|Not|Only|What)\b"
)
_SOMEBODY = re.compile(
    r"\s(?:an?|every|each|any|one|no|mr|mrs|ms|dr) [^\W\d]|\s(?!(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|January"
    r"|February|March|"
    r"April|May|June|July|August|September|October|November|December|I\b)[A-Z]\w"
)
_PERSON = re.compile(r"\b(?:he|she|his|her|him|hers)\b")


def points_back(sentence: str, language: str | None = None) -> bool:
    """Whether it means something said before ("This …", "But …", "The other four …", "At 160 that makes …")."""
    if _POINTS_BACK.match(sentence) or _POINTS_BACK_CJK.match(sentence):
        return True
    begins, within = _POINTS_BACK_IN.get(language or ""), _CLAUSE.get(language or "en")
    if (begins and begins.match(sentence)) or (within and within.search(_first_clause(sentence))):
        return True
    return language in (None, "en") and _points_back_in_english(sentence)


def _points_back_in_english(sentence: str) -> bool:
    if (
        _SHARE.match(sentence)
        or _THAT.match(sentence)
        or _ENDS_BACK.search(sentence)
        or _THAN.search(sentence)
        or _ANSWER.search(sentence)
    ):
        return True
    person = _PERSON.search(sentence, 0, _NEAR) if _SETTING.match(sentence) else None
    return person is not None and _SOMEBODY.search(sentence, 0, person.start()) is None


def _first_clause(sentence: str) -> str:
    """What stands before the first comma, or so."""
    end = _CLAUSE_ENDS.search(sentence, 1, _NEAR)
    return sentence[: end.start() + 1 if end else _NEAR]
