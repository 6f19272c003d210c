"""The words by which a sentence points back to what was said before it, a list a language (for `pointing`).

Each list is a regular expression's alternatives in lower case. A word that means something else in another language
("mais" is "but" in French and "more" in Portuguese) is in its own language's list; the others count everywhere, since
a page's language is not always known.
"""

from __future__ import annotations

#: What follows "this" where it names a time ("this week"); "this may" is mostly no month.
WHEN = (
    r"(?:past |last |coming |very )?"
    r"(?:week|weekend|month|year|summer|winter|spring|autumn|fall|morning|afternoon|evening|season|quarter|decade|"
    r"century|day|(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march|april|june|july|august|"
    r"september|october|november|december)s?\b"
)

_ENGLISH = (
    rf"(?:this|that|these|those)(?! {WHEN})|"
    "he|she|it|they|his|her|hers|its|their|theirs|him|them|such|both|neither|either|here|there|so|then|thus|hence|"
    "but|and|or|nor|yet|however|moreover|furthermore|therefore|meanwhile|instead|otherwise|nevertheless|nonetheless|"
    "also|besides|similarly|likewise|consequently|additionally|still|again|finally|another|others|because|which|who|"
    "first|firstly|second|secondly|third|thirdly|lastly|overall|granted|except|yes|no(?=,)|well(?=,)|not so|"
    "of course|indeed|rather|conversely|accordingly|thereafter|afterwards?|thereby|eventually|ultimately|"
    "alternatively|even so|that said|either way|along the way|not any ?more|better still|worse(?: still)?|"
    "the (?:latter|former|same|others?|rest|previous|next|last|first|second|third|fourth)|"
    "an? (?:second|third|fourth)(?! of)|"
    "(?:one|some|most|many|each|none|all|half|part|much|any|few|several|two|three|four|five) of "
    "(?:this|these|those|them|that|it)|"
    "for (?:example|instance|this|that|one thing)|as a result|as such|as with|as (?:you|we) (?:saw|can see|said)|"
    "in (?:addition|contrast|fact|short|other words|turn|response|return|particular|comparison|the process|all|both)|"
    "by (?:contrast|comparison|then)|after (?:all|that|this|which)|since then|until then|only then|from then|"
    "(?:more|most|just as|equally) (?:importantly|significantly|interestingly)|"
    "unlike (?:this|that|these|those|them|it)|like (?:this|that|these|those|it|him|her|them)|"
    "to (?:this|that) end|with (?:this|that) in mind|"
    "(?:despite|because of|due to|thanks to) (?:this|that|these|those|it)|"
    "on (?:the other hand|top of)|at (?:that|this|the same) (?:time|point|moment)"
)

#: At the start, in whatever language the sentence is.
EVERYWHERE = "|".join(
    (
        _ENGLISH,
        # German
        "dies|diese[mnrs]?|sie|aber|und|oder|doch|dabei|dadurch|damit|deshalb|daher|außerdem|jedoch|zudem",
        "sein|seine[mnrs]?|ihre?[mnrs]?",
        # French
        "cet|cette|ces|elle|ils|elles|donc|cependant|ainsi|pourtant|cela|ça",
        # Spanish
        "esta|esto|estos|ese|esa|eso|él|ella|ellos|pero|sin embargo|además|así",
        # Arabic
        "هذا|هذه|ذلك|تلك|هو|هي|هم|لكن|ولكن|وهذا|كما|وقد|وكان|لذلك|ومع ذلك|لهذا|وهو|وهي",
        # Hindi
        "यह|वह|ये|वे|इस|उस|इसके|उसके|इसका|इसकी|लेकिन|और|मगर|इसलिए|उन्होंने|उनके|उनका|उनकी|इससे|इसमें|हालांकि|फिर",
        # Russian
        "это|этот|эта|эти|он|она|они|оно|но|и|однако|поэтому|также|его|ее|их|кроме того|например|затем|тем не менее",
    )
)

#: At the start, in that language only.
BEGINS = {
    "de": (
        "d(?:as|ie|er)(?= (?:ist|war|sind|waren|heißt|hieß|bedeutet|macht|hat|hatte|kann|wird|wurde|würde|geht|gilt|"
        r"reicht|kostet|liegt|führt|zeigt|klingt|soll)\b)|"
        "er|es|denn|auch|dann|dort|hier|also|somit|"
        "da(?:nach|vor|zu|rum|für|gegen|raus|rauf|von|ran|rin|mit|rüber)|"
        "trotzdem|dennoch|allerdings|stattdessen|schließlich|deswegen|folglich|hingegen|ebenso|ebenfalls|"
        "gleichzeitig|zugleich|inzwischen|mittlerweile|beide[rs]?|andere|solche|jene[rs]?|letztere[rs]?|"
        "zum (?:beispiel|einen|anderen)|im gegen(?:satz dazu|teil|zug)|"
        "(?:der|die|das) (?:andere|erste|zweite|dritte|letztere|übrige)[nrs]?|"
        "(?:ein|eine) (?:andere|weitere|zweite|dritte|vierte)[rs]?|"
        "keine[rs]? (?:davon|von (?:ihnen|diesen|denen|beiden))"
    ),
    "fr": (
        "c['’](?:est|était)|ce|il|et|mais|son|sa|ses|leurs?|lui|celui|celle|ceux|celles|tous deux|toutes deux|car|"
        "alors|puis|ensuite|enfin|toutefois|néanmoins|or|là|voilà|dès lors|autrement dit|après quoi|quant à|"
        "par (?:ailleurs|exemple|conséquent|contre)|de plus|de même|"
        "en (?:outre|effet|revanche|conséquence|fait|somme|clair)|"
        "d['’]autres|(?:l['’]|un |une |les )autres?|"
        "(?:le|la|les) (?:second|premi[eè]r|derni[eè]r|deuxième|troisième|même)e?s?|"
        "parmi (?:eux|elles)|(?:au|à) contraire|depuis(?=,)|chacune?|aucune? d['’](?:eux|elles)|"
        "malgré (?:cela|tout)|à (?:cela|cet égard)"
    ),
    "es": (
        "es|y|este|sus?|lo (?:mismo|cual)|también|entonces|luego|después|tampoco|porque|finalmente|ni|"
        "por (?:eso|ello|tanto|lo tanto|otr[ao] (?:parte|lado)|su parte|ejemplo|consiguiente)|"
        "en (?:cambio|consecuencia|resumen|concreto|este|esta|ese|esa|efecto)|"
        "no obstante|aun así|de hecho|es decir|al final|mientras tanto|allí|ahí|aquí|"
        "otr[ao]s?|amb[ao]s|dich[ao]s?|aquell?[ao]s?|aquel|esas|esos|estas|ellas|"
        "(?:el|la|los|las) (?:otr[ao]s?|demás|primer[ao]s?|segund[ao]s?|tercer[ao]|últim[ao]s?|mism[ao]s?)|"
        "tod[ao] (?:ello|eso|esto)|a (?:su vez|pesar de (?:ello|eso|esto))"
    ),
    "it": (
        "quest[aoie]|quell[aoie]|ma|e|tuttavia|inoltre|lui|lei|su[aoei]|suoi|così|quindi|però|anche|infatti|invece|"
        r"poi|(?:l['’]|un['’]?\s?)altr[ao]|gli altri|entrambi|per (?:esempio|questo)|ciò"
    ),
    "pt": (
        "ele|ela|eles|elas|isto|isso|aquilo|est[ea]s?|ess[ea]s?|mas|porém|contudo|entretanto|além disso|também|então|"
        "assim|por (?:isso|exemplo|outro lado)|seus?|suas?|(?:o|a|os|as) outr[ao]s?|ambos|ambas|no entanto"
    ),
    "nl": (
        "dit|dat|deze|die|hij|zij|ze|zijn|haar|hun|maar|en|ook|daarom|daarna|daarnaast|toch|dus|bovendien|echter|"
        "beide|(?:de|het) andere|bijvoorbeeld|hier|daar|er"
    ),
}

#: At the start in Chinese and Japanese, which have no spaces: the word need not end there.
CJK = (
    "这|那|此|其|该|他|她|它|但|而|不过|然而|因此|所以|并且|同时|于是|后者|前者|两者|另外|相比之下|例如|与此|对此|"
    "しかし|だが|でも|そして|また|それ|これ|その|この|あの|彼|だから|そこで|さらに|一方|なお|ただし|後者|前者|両者|例えば|"
    "たとえば|ところが|つまり|したがって|こうした|こうして|そんな|そうした"
)

#: In the first clause; "that" and "dafür" only where no clause of theirs follows.
CLAUSE = {
    "en": (
        rf"\b(?:this|these)\b(?! (?:time|{WHEN}))|\bof (?:them|it|those)\b|"
        r"\bthe (?:latter|former|other two|others)\b|\ba (?:second|third|fourth|fifth|sixth)(?=$|[,.;:!?])"
    ),
    "de": (
        r"\b(?:da(?:für|von|mit|bei|durch|gegen|zu|nach|ran|rauf|raus|rin|rüber|runter|rum)|"
        "hier(?:für|von|mit|bei|durch|zu|nach|auf|aus)|deswegen|trotzdem|dennoch|hingegen|stattdessen|außerdem|zudem|"
        r"ebenfalls|letztere[nmrs]?)\b(?!\s*[,:])"
    ),
    "fr": (
        r"\b(?:celui|celle|ceux|celles)-(?:ci|là)\b|\bce(?:tte)? derni(?:er|ère)\b|"
        r"\b(?:cet|ces)\b(?! (?:été|hiver|automne|après-midi|jours|derniers))|"
        r"\b(?:toutefois|cependant|néanmoins|en revanche|également|d['’]ailleurs)\b"
    ),
    "es": (
        r"\b(?:ese|esa|esos|esas|dich[ao]s?|aquell[ao]s?|sin embargo|no obstante|en cambio|además|éste|ésta|éstos)\b"
    ),
}
