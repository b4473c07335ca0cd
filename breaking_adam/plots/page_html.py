"""The page of the stand as text: its HTML with its style, and what a click does."""

from __future__ import annotations

#: Extends Bokeh's own page; takes ``notes``, ``marks`` and ``roots``, the three pictures by name.
TEMPLATE = """
{% block postamble %}
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
  :root { color-scheme: light dark }
  body { font: 15px/1.4 system-ui, sans-serif; padding: 0 16px }
  h1 { font-size: 1.5em } h2 { font-size: 1.2em; margin: 0 }
  h1, h2, p { max-width: 65em; overflow-wrap: anywhere }
  main { display: flex; flex-wrap: wrap; gap: 16px }
  .matrix { max-width: 100% }
  .matrix p { max-width: 32em }
  .frame { overflow-x: auto }
  .runs { flex: 1 1 420px; min-width: 0 }
  @media (min-width: 1200px) {
    .matrix { max-width: calc(100% - 436px) }
    .runs { position: sticky; top: 0; align-self: flex-start }
  }
  .mark { display: inline-block; white-space: nowrap; margin-right: 1.2em }
  .mark span { display: inline-block; width: 1.3em; text-align: center; margin-right: .3em }
</style>
{% endblock %}
{% block contents %}
<h1>{{ title | e }}</h1>
{% for note in notes %}<p>{{ note | e }}</p>{% endfor %}
<main>
  <div class="matrix">
    <div class="frame">{{ embed(roots.matrix) }}</div>
    <p>{% for word, mark in marks.items() %}<span class="mark"><span
      style="background: {{ mark.colour }}; color: {{ mark.ink }}">{{ mark.sign }}</span
      >{{ word }}</span>{% endfor %}</p>
    <p>A number is the share of all runs that solve the problem, in per cent. After a sign it is
      of a pair that does not: there is no step size at which more than half of the seeds do.</p>
  </div>
  <div class="runs">
    <div id="told" aria-live="polite"><h2></h2><p><b></b>: <span></span></p><p></p></div>
    <p>The distance of each run, the median of its last quarter, at each step size. Below the line
      it is near the best points.</p>
    {{ embed(roots.sweep) }}
    <p>x over the steps, a line for each step size: small ones are dark, large ones light. The band
      is near the best points. What goes much farther than most lines is cut off.</p>
    {{ embed(roots.curves) }}
  </div>
</main>
{% endblock %}
"""

#: Puts the runs of the selected cell into both pictures.
SHOW = """
if (!cells.selected.indices.length) return
const k = cells.selected.indices[0]
const columns = problems.length
const i = Math.floor(k / columns), j = k % columns
const problem = problems[j]
const sweep = alphas.shape[2], count = part.length
const at = (i * columns + j) * sweep
const first = i * words.shape[1] + problem.begin
const clip = (d) => Math.min(Math.max(Number.isFinite(d) ? d : shown[1], shown[0]), shown[1])
const dots = {alpha: [], distance: [], seed: [], word: [], colour: []}
for (let a = 0; a < sweep; a++) {
  for (let s = 0; s < problem.seeds; s++) {
    const run = first + a * problem.seeds + s
    const word = words[run]
    dots.alpha.push(alphas[at + a])
    dots.distance.push(clip(distances[run] / problem.width))
    dots.seed.push(s)
    dots.word.push(marks[word][0])
    dots.colour.push(marks[word][1])
  }
}
points.data = dots
const all = Array.from({length: sweep}, (_, a) =>
  Array.from(curves.slice((at + a) * count, (at + a + 1) * count)))
// The limits of x follow the lines, but for what goes three times as far as half of them.
const [left, right] = [problem.best[0] - problem.near, problem.best[1] + problem.near]
const away = (x) => Math.max(left - x, x - right, problem.near)
const farthest = all.map((x) => Math.max(...x.filter(Number.isFinite).map(away)))
const middle = farthest.sort((a, b) => a - b)[Math.floor(sweep / 2)]
const reach = Math.min(3 * middle, shown[1] * problem.width)
const within = all.flat().filter((x) => away(x) <= reach)
const low = Math.min(left, ...within), high = Math.max(right, ...within)
const span = high - low
lines.data = {
  t: all.map(() => Array.from(part, (p) => p * problem.steps)),
  x: all.map((line) => line.map(
    (x) => Number.isFinite(x) ? Math.min(Math.max(x, low - span), high + span) : NaN)),
  alpha: all.map((_, a) => alphas[at + a]),
  colour: all.map((_, a) => colours[Number(matchMedia(dark).matches)][a]),
}
near.location = problem.near / problem.width
best.bottom = left
best.top = right
alpha_range.setv({start: alphas[at] / 1.5, end: alphas[at + sweep - 1] * 1.5})
t_range.setv({start: 0, end: problem.steps})
x_range.setv({start: low - span / 20, end: high + span / 20})
const data = cells.data
const told = (what, text) => document.querySelector(`#told ${what}`).textContent = text
told("h2", `${data.optimizer[k]} on ${data.problem[k]}`)
told("b", data.verdict[k])
told("span", data.told[k])
told("p:last-child", problem.about)
"""

#: Draws all that is written on the page itself in the colour of its text, be that dark or light.
PAINT = """
const ink = () => getComputedStyle(document.body).color
const paint = () => {
  for (const each of axes) each.setv({major_label_text_color: ink(), axis_label_text_color: ink()})
  for (const each of frames) each.line_color = ink()
}
paint()
matchMedia(dark).addEventListener("change", () => { paint(); show.execute(cells) })
"""
