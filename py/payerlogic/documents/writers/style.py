"""The style of report pages: light and dark, wide and narrow, screen and paper.

>>> "prefers-color-scheme" in STYLE and "@media print" in STYLE
True

Colors never stand alone: every one of them goes with a mark and a word. Tables become lists of cells
on a narrow screen, so that nothing has to be scrolled sideways.
"""

from __future__ import annotations

STYLE = """
:root { color-scheme: light dark; --ink: #1b1b1b; --paper: #fff; --line: #b9bec5; --soft: #f4f5f7; --link: #0b57a4;
  --conflict: #a3271c; --process: #7a5200; --basis: #2a4d8f; --silent: #555; --agree: #1b6e35 }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e8e8; --paper: #16181b; --line: #4a4f57; --soft: #202327;
  --link: #8ec1ff; --conflict: #ff9a8f; --process: #f2c464; --basis: #a9c4ff; --silent: #bdbdbd; --agree: #83d69b } }
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif;
  overflow-wrap: break-word }
main { max-width: 72rem; margin: 0 auto; padding: 1.5rem 1rem 4rem }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .5rem }
h2 { font-size: 1.3rem; margin: 2.5rem 0 .75rem; border-bottom: 2px solid var(--line); padding-bottom: .25rem }
h3 { font-size: 1.08rem; margin: 1.5rem 0 .4rem } h4 { font-size: 1rem; margin: 0 0 .3rem }
h3, h3 b { font-weight: 600 } h4 small { font-weight: 400 }
p { margin: .4rem 0 } ul { margin: .4rem 0; padding-left: 1.3rem } li { margin: .15rem 0 }
a { color: var(--link) } a:focus-visible { outline: 3px solid var(--link); outline-offset: 2px }
small { font-size: .85em }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; list-style: none; padding: 0 }
.badge { display: inline-block; border: 1px solid currentColor; border-radius: .3rem; padding: 0 .4rem;
  font-weight: 600; font-size: .85rem; line-height: 1.5; white-space: nowrap }
.conflict { color: var(--conflict) } .process { color: var(--process) } .basis { color: var(--basis) }
.silent, .open { color: var(--silent) } .agree { color: var(--agree) }
table { border-collapse: collapse; width: 100%; margin: 1rem 0 }
caption { text-align: left; font-size: .9rem; padding-bottom: .3rem }
th, td { border: 1px solid var(--line); padding: .35rem .5rem; text-align: left; vertical-align: top }
thead th, thead td { background: var(--soft) }
.matrix th, .matrix td { font-size: .9rem } .matrix .badge { margin: .1rem 0; font-size: .74rem; padding: 0 .25rem }
.sides { table-layout: fixed } .sides th:first-child { width: 16% } td ul { margin: 0; padding-left: 1rem }
.region { border: 1px solid var(--line); border-radius: .4rem; padding: .6rem .8rem; margin: .7rem 0;
  break-inside: avoid }
dl { margin: 0; display: grid; grid-template-columns: 10rem minmax(0, 1fr); gap: .2rem .8rem }
dt { font-weight: 600; font-size: .92rem } dd { margin: 0 } dd ul { margin: 0 }
figure { margin: 1rem 0; padding: .5rem; overflow-x: auto; background: #fff; border: 1px solid var(--line) }
figure:focus-visible { outline: 3px solid var(--link) }
:target { outline: 3px solid var(--link) }
@media screen and (max-width: 60rem) {
  .stack thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
  .stack, .stack tbody, .stack tr, .stack th, .stack td, .stack caption { display: block; width: auto }
  .stack tr { border: 1px solid var(--line); border-radius: .4rem; margin: .7rem 0; padding: .3rem .6rem }
  .stack tbody th, .stack td { border: 0; padding: .2rem 0 }
  .stack.sides th:first-child { width: auto }
  .stack td::before { content: attr(data-of) ": "; font-weight: 600 }
}
@media (max-width: 40rem) { dl { grid-template-columns: minmax(0, 1fr) } dd { margin-bottom: .35rem } }
@media print {
  :root { font-size: 10pt; color-scheme: light; --ink: #000; --paper: #fff; --soft: #eee; --line: #999; --link: #000;
    --conflict: #a3271c; --process: #7a5200; --basis: #2a4d8f; --silent: #555; --agree: #1b6e35 }
  main { max-width: none; padding: 0 } nav { display: none } .badge { white-space: normal } a { text-decoration: none }
  figure { overflow: visible } svg { max-width: 100%; height: auto }
  h2, h3, h4 { break-after: avoid } tr, .region { break-inside: avoid } thead { display: table-header-group }
}
"""
