"""How much of a corpus stands on the page.

Samples are capped, so that 100,000 articles make no larger page than 10,000; the full lists lie beside it.
"""

#: Outlets in the matrix of who copies whom; the others are one row and one column.
MATRIX_OUTLETS = 12
#: Pairs of outlets, and outlets, in tables.
FLOWS = 25
OUTLETS = 40

#: Doubtful pairs of each kind, passages of one, and characters of a passage that is shared or differs.
PAIRS = 12
PASSAGES = 12
SHARED_CHARACTERS = 160
DIFFERING_CHARACTERS = 400

#: Largest groups, and members of one.
GROUPS = 10
MEMBERS = 10

#: Largest stories, events of one, outlets named of a story or group.
STORIES = 20
EVENTS = 8
NAMED_OUTLETS = 8

#: Least coherent stories, the fewest texts one has, and the articles shown that stand farthest.
LOOSE_STORIES = 8
LOOSE_TEXTS = 5
FARTHEST = 3

#: Outlets whose boilerplate is shown, lines of one, characters of a line.
BOILERPLATE_OUTLETS = 15
TOP_LINES = 5
LINE_CHARACTERS = 140

#: Rejected records, files passed over, input files.
REJECTS = 40
FILES = 40

#: Characters of a headline, a reason of a rejection, an address.
HEADLINE_CHARACTERS = 200
REASON_CHARACTERS = 300
URL_CHARACTERS = 500

#: Bars of a strip of time; beyond, its steps grow from days to weeks, months and years.
STRIP_BARS = 92
