from __future__ import annotations

import numpy as np
import pytest

from dedup.corpus import TextColumn
from dedup.duplicates.scripts import HAN, INDOCHINESE, SPACED, script_kinds, shingle_tokens
from dedup.settings import DuplicateSettings


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("The council voted for the bridge.", SPACED),
        ("Городской совет проголосовал за мост.", SPACED),
        ("صوت المجلس لصالح الجسر", SPACED),
        ("परिषद ने पुल के लिए मतदान किया", SPACED),
        ("시의회는 다리 건설에 찬성했다", SPACED),
        ("საბჭომ ხიდს მისცა ხმა", SPACED),
        ("市议会投票通过新桥计划，记者Anna Berg报道。", HAN),
        ("市議会は橋の建設を可決した。", HAN),
        ("สภาเมืองลงมติสร้างสะพานใหม่", INDOCHINESE),
        ("ສະພາລົງຄະແນນສຽງໃຫ້ຂົວ", INDOCHINESE),
        ("ក្រុមប្រឹក្សាបានបោះឆ្នោត", INDOCHINESE),
        ("ကောင်စီသည် တံတားအတွက် မဲပေးခဲ့သည်", INDOCHINESE),
        ("", SPACED),
        ("“…” — 12", SPACED),
    ],
)
def test_the_script_of_most_words_decides(text, kind):
    assert script_kinds(TextColumn.from_strings(["x", text]), np.array([1]))[0] == kind


def test_shingles_of_single_characters_hold_as_much_text_as_shingles_of_words():
    lengths = [shingle_tokens(kind, DuplicateSettings()) for kind in (SPACED, HAN, INDOCHINESE)]
    assert lengths == [5, 8, 16]
