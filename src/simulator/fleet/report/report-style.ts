/** The style sheet of a report in a browser, for bright and dark screens and for paper. */

export const style = `
:root { color-scheme: light dark; --ink: #1d2430; --soft: #5b6675; --page: #f4f6f8; --card: #fff; --line: #dde3ea;
  --first: #1a6fb5; --second: #2b8a4b; --third: #c4532d; --good: #1f7a41; --bad: #b3261e; --goodBack: #e7f4ec; --badBack: #fdecea; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e9f0; --soft: #98a5b5; --page: #12161c; --card: #1a2029; --line: #2c3643;
  --first: #5aa9e6; --second: #5cc27f; --third: #ef8a62; --good: #6fd394; --bad: #ff8a80; --goodBack: #16281d; --badBack: #331a18; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, "Segoe UI", Roboto, sans-serif; }
header, main { max-width: 1180px; margin: 0 auto; padding: 0 24px; }
header { padding-top: 32px; }
h1 { margin: 0; font-size: 26px; font-weight: 650; letter-spacing: -0.01em; }
header p { margin: 4px 0 0; color: var(--soft); }
h2 { margin: 0 0 12px; font-size: 17px; font-weight: 650; }
section { margin: 20px 0; padding: 20px; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
.verdict.good { border-left: 6px solid var(--good); }
.verdict.bad { border-left: 6px solid var(--bad); }
.verdict.good h2 { color: var(--good); }
.verdict.bad h2 { color: var(--bad); }
.mark { display: inline-block; padding: 0 9px; border-radius: 9px; font-size: 13px; font-weight: 600; background: var(--goodBack); color: var(--good); }
.broken .mark, .unmeasured .mark { background: var(--badBack); color: var(--bad); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 1px; padding: 0; overflow: hidden; background: var(--line); }
.tiles div { display: flex; flex-direction: column; padding: 14px 18px; background: var(--card); }
.tiles b { font-size: 24px; font-weight: 650; line-height: 1.25; font-variant-numeric: tabular-nums; }
.tiles small { color: var(--soft); }
.wide { overflow-x: auto; }
table { border-collapse: collapse; min-width: 100%; font-variant-numeric: tabular-nums; }
th { font-weight: 600; font-size: 13px; color: var(--soft); text-align: left; white-space: nowrap; }
th, td { padding: 5px 18px 5px 0; border-bottom: 1px solid var(--line); vertical-align: middle; }
tbody tr:last-child td { border-bottom: 0; }
.numbers th, .numbers td { text-align: right; white-space: nowrap; }
.numbers th:first-child, .numbers td:first-child, .words2 th:nth-child(2), .words2 td:nth-child(2) { text-align: left; white-space: normal; }
td:last-child, th:last-child { padding-right: 0; }
.spread { width: 160px; height: 22px; display: block; margin-left: auto; background: linear-gradient(var(--line), var(--line)) bottom / 100% 1px no-repeat; }
.spread rect { fill: var(--first); }
figure { margin: 0 0 22px; }
figure:last-child { margin-bottom: 0; }
figcaption { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 4px 16px; font-size: 14px; font-weight: 600; }
.keys { display: flex; gap: 16px; font-weight: 400; color: var(--soft); }
.key::before { content: ""; display: inline-block; width: 14px; height: 3px; margin-right: 6px; border-radius: 2px; vertical-align: middle; background: currentColor; }
.key.first::before { background: var(--first); }
.key.second::before { background: var(--second); }
.key.third::before { background: var(--third); }
figure svg { display: block; width: 100%; min-width: 620px; height: auto; }
.grid { stroke: var(--line); stroke-width: 1; }
.axis { fill: var(--soft); font-size: 12px; font-variant-numeric: tabular-nums; }
.line { fill: none; stroke-width: 1.6; stroke-linejoin: round; }
.line.first { stroke: var(--first); } .line.second { stroke: var(--second); } .line.third { stroke: var(--third); }
.dot.first { fill: var(--first); } .dot.second { fill: var(--second); } .dot.third { fill: var(--third); }
.area { opacity: 0.14; }
.area.first { fill: var(--first); } .area.second { fill: var(--second); } .area.third { fill: var(--third); }
.hover { fill: transparent; } .hover:hover { fill: var(--ink); opacity: 0.08; }
.remark { margin: 10px 0 0; color: var(--bad); font-weight: 600; }
@media print { body { background: #fff; } section { break-inside: avoid; } figure { break-inside: avoid; } }
@media (max-width: 600px) { header, main { padding: 0 12px; } section { padding: 14px; } }
`;
