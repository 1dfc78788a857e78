// Sorts and filters tables, and tells the values of charts to pointer and keyboard. Without it a page reads the same.
const main = document.querySelector('main')
const { filter: filterWords, shown: shownWords, sort: sortWords } = main.dataset
const compareText = new Intl.Collator(document.documentElement.lang, { numeric: true }).compare

const make = (name, attributes, parent) => {
  const element = Object.assign(document.createElement(name), attributes)
  parent?.append(element)
  return element
}

/** What a cell is sorted by: its exact value where it has one. An unknown value is none. */
const keyOf = (row, column) => {
  const cell = row.cells[column]
  const text = cell.querySelector('data')?.value ?? cell.textContent.trim()
  return text === '–' ? '' : text
}

const sortRows = (rows, column, falls) => {
  const keyed = rows.map((row) => ({ row, key: keyOf(row, column) }))
  const isNumeric = keyed.every(({ key }) => key === '' || !Number.isNaN(Number(key)))
  const compare = isNumeric ? (a, b) => a - b : compareText
  return keyed
    .sort((a, b) => (a.key === '') - (b.key === '') || compare(a.key, b.key) * (falls ? -1 : 1))
    .map(({ row }) => row)
}

/** Three states: the order of a first click (numbers from the largest), its opposite, and the page's own. */
const sortable = (table) => {
  const body = table.tBodies[0]
  const own = [...body.rows]
  const totals = own.filter((row) => row.classList.contains('total'))
  const parts = own.filter((row) => !row.classList.contains('total'))
  const heads = [...table.tHead.rows[0].cells]
  for (const [column, head] of heads.entries()) {
    const button = make('button', { type: 'button', className: 'sort' })
    button.append(...head.childNodes)
    if (button.textContent.trim() === '') button.setAttribute('aria-label', sortWords)
    head.append(button)
    button.addEventListener('click', () => {
      const first = head.classList.contains('number') ? 'descending' : 'ascending'
      const second = first === 'ascending' ? 'descending' : 'ascending'
      const state = { [first]: second, [second]: undefined }
      const before = head.getAttribute('aria-sort')
      const next = before === null ? first : state[before]
      for (const other of heads) other.removeAttribute('aria-sort')
      if (next) head.setAttribute('aria-sort', next)
      body.append(...(next ? [...sortRows(parts, column, next === 'descending'), ...totals] : own))
    })
  }
}

/** A total is of all rows: it is left out while only some are shown. */
const filterable = (table) => {
  const rows = [...table.tBodies[0].rows]
  const parts = rows.filter((row) => !row.classList.contains('total'))
  const label = make('label', { className: 'filter' })
  const words = make('span', { textContent: filterWords }, label)
  const input = make('input', { type: 'search' }, label)
  const said = make('output', {}, label)
  words.after(input)
  table.before(label)
  input.addEventListener('input', () => {
    const wanted = input.value.trim().toLocaleLowerCase()
    for (const row of rows)
      row.hidden =
        wanted !== '' &&
        (row.classList.contains('total') || !row.textContent.toLocaleLowerCase().includes(wanted))
    const count = parts.filter((row) => !row.hidden).length
    said.textContent =
      wanted === '' ? '' : shownWords.replace('{shown}', count).replace('{all}', parts.length)
  })
}

/** A line's points are small: the nearest mark within this distance is meant. */
const reach = 24

/** The arrow keys go from mark to mark, the pointer finds the nearest; the value is shown, and told to a screen reader. */
const telling = (chart) => {
  const marks = [...chart.querySelectorAll('title')]
    .filter((title) => title.parentNode !== chart)
    .map((title) => {
      const mark = { shape: title.parentNode, text: title.textContent }
      title.remove()
      return mark
    })
  if (marks.length === 0) return
  const figure = chart.closest('figure')
  const tip = make('p', { className: 'tip', hidden: true }, figure)
  tip.setAttribute('role', 'status')
  chart.tabIndex = 0
  let at = -1
  const show = (next) => {
    if (next === at) return
    marks[at]?.shape.classList.remove('on')
    at = next
    const mark = marks[at]
    tip.hidden = mark === undefined
    if (mark === undefined) return
    mark.shape.classList.add('on')
    tip.textContent = mark.text
    const box = mark.shape.getBoundingClientRect()
    const around = figure.getBoundingClientRect()
    const left = box.left + box.width / 2 - tip.offsetWidth / 2 - around.left
    tip.style.left = `${Math.max(0, Math.min(left, around.width - tip.offsetWidth))}px`
    tip.style.top = `${box.top - around.top - tip.offsetHeight - 4}px`
  }
  const distance = ({ shape }, { clientX, clientY }) => {
    const box = shape.getBoundingClientRect()
    return Math.hypot(box.left + box.width / 2 - clientX, box.top + box.height / 2 - clientY)
  }
  chart.addEventListener('pointermove', (event) => {
    const under = marks.findIndex(({ shape }) => shape === event.target)
    if (under >= 0) return show(under)
    const distances = marks.map((mark) => distance(mark, event))
    const nearest = distances.indexOf(Math.min(...distances))
    show(distances[nearest] <= reach ? nearest : -1)
  })
  chart.addEventListener('pointerleave', () => show(-1))
  chart.addEventListener('blur', () => show(-1))
  chart.addEventListener('keydown', (event) => {
    const last = marks.length - 1
    const places = {
      ArrowRight: Math.min(last, at + 1),
      ArrowDown: Math.min(last, at + 1),
      ArrowLeft: Math.max(0, at - 1),
      ArrowUp: Math.max(0, at - 1),
      Home: 0,
      End: last,
      Escape: -1,
    }
    if (!(event.key in places)) return
    event.preventDefault()
    show(places[event.key])
  })
}

for (const table of document.querySelectorAll('table')) {
  const rows = table.tBodies[0].rows.length
  if (rows > 1) sortable(table)
  if (rows >= 12) filterable(table)
}
for (const chart of document.querySelectorAll('svg.chart')) telling(chart)
