// Below a column that is pressed: where it comes from and where it goes, as cards of tables from left to right.
;(() => {
  const svgSpace = 'http://www.w3.org/2000/svg'
  /** More columns than this are not all shown at once. */
  const many = 60
  let loading
  let open

  const load = () =>
    (loading ??= new Promise((resolve) => {
      const script = document.createElement('script')
      script.src = 'lineage-data.js'
      script.onload = () => resolve(prepared(globalThis.catalogue.lineage))
      document.head.append(script)
    }))

  function prepared({ tables, columns, origins }) {
    const up = columns.map(() => [])
    const down = columns.map(() => [])
    for (const [to, from, copied] of origins) {
      up[to].push([from, copied])
      down[from].push([to, copied])
    }
    const places = new Map(columns.map(([table, name], i) => [keyOf(tables[table][0], name), i]))
    return { tables, columns, up, down, places }
  }

  const keyOf = (table, name) => `${table}.${name}`

  /** Everything reached from a column by one way, as far as `steps`. The rows of a table lead no further. */
  function reached(data, start, way, steps) {
    const found = new Set()
    let edge = [start]
    for (let step = 0; step < steps && edge.length > 0; step++) {
      const next = []
      for (const column of edge) {
        for (const [other] of data[way][column]) {
          if (other === start || found.has(other)) continue
          found.add(other)
          if (way === 'down' || data.columns[other][1] !== '*') next.push(other)
        }
      }
      edge = next
    }
    return found
  }

  /** Lines between the columns shown. */
  function linesOf(data, shown) {
    return [...shown].flatMap((to) =>
      data.up[to].filter(([from]) => shown.has(from)).map(([from, copied]) => ({ from, to, copied })),
    )
  }

  function build(data, column, depths) {
    const shown = new Set([
      column,
      ...reached(data, column, 'up', depths.up),
      ...reached(data, column, 'down', depths.down),
    ])
    const byTable = Map.groupBy(
      [...shown].sort((a, b) => a - b),
      (one) => data.columns[one][0],
    )
    const way = element('div', 'way')
    const layers = element('div', 'layers')
    const svg = document.createElementNS(svgSpace, 'svg')
    svg.setAttribute('aria-hidden', 'true')
    layers.append(svg)
    const items = new Map()
    const lines = linesOf(data, shown)
    for (const tables of arranged(data, [...byTable.keys()], lines)) {
      const layer = element('div', 'layer')
      for (const table of tables) layer.append(cardOf(data, table, byTable.get(table), column, items))
      layers.append(layer)
    }
    way.append(layers)
    trace(way, items, lines, svg)
    return { way, draw: () => draw(layers, svg, items, lines), chosen: items.get(column) }
  }

  /** Tables in layers, each to the right of all that lead to it; what nothing leads to stands next to what it leads to. */
  function layered(tables, joins) {
    const into = Map.groupBy(joins, ([, to]) => to)
    const outOf = Map.groupBy(joins, ([from]) => from)
    const ranks = new Map()
    const rank = (table) => {
      if (!ranks.has(table)) {
        ranks.set(table, 0)
        ranks.set(table, Math.max(0, ...(into.get(table) ?? []).map(([from]) => rank(from) + 1)))
      }
      return ranks.get(table)
    }
    for (const table of tables) rank(table)
    for (const table of tables) {
      if (!into.has(table) && outOf.has(table))
        ranks.set(table, Math.min(...outOf.get(table).map(([, to]) => ranks.get(to))) - 1)
    }
    const found = [...new Set(ranks.values())].sort((a, b) => a - b)
    return found.map((one) => tables.filter((table) => ranks.get(table) === one))
  }

  /** The layers, each in the order of what it is joined to. */
  function arranged(data, tables, lines) {
    const tableOf = (column) => data.columns[column][0]
    const joins = lines
      .map(({ from, to }) => [tableOf(from), tableOf(to)])
      .filter(([from, to]) => from !== to)
    const layers = layered(tables, joins)
    const near = new Map(tables.map((table) => [table, []]))
    for (const [from, to] of joins) {
      near.get(from).push(to)
      near.get(to).push(from)
    }
    const place = new Map()
    const number = (layer) => {
      for (const [i, table] of layer.entries()) place.set(table, (i + 0.5) / layer.length)
    }
    layers.forEach(number)
    for (let sweep = 0; sweep < 6; sweep++) {
      for (const layer of sweep % 2 ? layers.toReversed() : layers) {
        const mean = (table) =>
          near.get(table).reduce((sum, one) => sum + place.get(one), 0) / (near.get(table).length || 1)
        const means = new Map(layer.map((table) => [table, mean(table)]))
        layer.sort((a, b) => means.get(a) - means.get(b))
        number(layer)
      }
    }
    return layers
  }

  function cardOf(data, table, columns, chosen, items) {
    const [name, href] = data.tables[table]
    const card = element('div', 'card')
    const list = element('ul')
    for (const column of columns) {
      const own = data.columns[column][1]
      const item = element('li', column === chosen ? 'chosen' : '')
      item.append(
        link(own === '*' ? 'its rows' : own, own === '*' ? href : `${href}#${encodeURIComponent(own)}`),
      )
      items.set(column, item)
      list.append(item)
    }
    card.append(link(name, href), list)
    return card
  }

  function draw(layers, svg, items, lines) {
    const origin = layers.getBoundingClientRect()
    const paths = lines.map(({ from, to, copied, path }) => {
      const a = items.get(from).getBoundingClientRect()
      const b = items.get(to).getBoundingClientRect()
      const [x1, y1] = [a.right - origin.left, a.top + a.height / 2 - origin.top]
      const [x2, y2] = [b.left - origin.left, b.top + b.height / 2 - origin.top]
      const bend = Math.max(24, (x2 - x1) / 2)
      path.setAttribute('d', `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`)
      path.classList.toggle('derived', !copied)
      return path
    })
    svg.replaceChildren(...paths)
  }

  /** Pointing at a column, or reaching it with the keyboard, shows its own way. */
  function trace(way, items, lines, svg) {
    for (const line of lines) line.path = document.createElementNS(svgSpace, 'path')
    svg.replaceChildren(...lines.map(({ path }) => path))
    const into = Map.groupBy(lines, ({ to }) => to)
    const outOf = Map.groupBy(lines, ({ from }) => from)
    const follow = (column, next, end, found) => {
      for (const line of next.get(column) ?? []) {
        if (found.has(line)) continue
        found.add(line)
        follow(line[end], next, end, found)
      }
    }
    const light = (column) => {
      const on = new Set()
      follow(column, into, 'from', on)
      follow(column, outOf, 'to', on)
      const columns = new Set([column, ...[...on].flatMap(({ from, to }) => [from, to])])
      for (const [one, item] of items) item.classList.toggle('on', columns.has(one))
      for (const line of lines) line.path.classList.toggle('on', on.has(line))
      way.classList.add('traced')
    }
    const off = () => way.classList.remove('traced')
    for (const [column, item] of items) {
      item.addEventListener('mouseenter', () => light(column))
      item.addEventListener('mouseleave', off)
      item.addEventListener('focusin', () => light(column))
      item.addEventListener('focusout', off)
    }
  }

  function toolsOf(data, column, depths, redraw) {
    const tools = element('div', 'way-tools')
    for (const [way, text] of [
      ['up', 'all the way back'],
      ['down', 'all the way on'],
    ]) {
      if (reached(data, column, way, 2).size === reached(data, column, way, 1).size) continue
      const label = element('label')
      const box = element('input')
      box.type = 'checkbox'
      box.checked = depths[way] > 1
      box.addEventListener('change', () => {
        depths[way] = box.checked ? Number.POSITIVE_INFINITY : 1
        redraw()
      })
      label.append(box, text)
      tools.append(label)
    }
    const keys = element('span', 'keys')
    for (const [name, text] of [
      ['copied', 'copied'],
      ['derived', 'worked out of it'],
    ]) {
      const key = element('span', name)
      key.textContent = text
      keys.append(key)
    }
    tools.append(keys)
    return tools
  }

  async function show(button) {
    const data = await load()
    const column = data.places.get(button.dataset.key)
    const row = button.closest('tr')
    const cell = element('td')
    cell.colSpan = row.cells.length
    const below = element('tr', 'lineage')
    below.append(cell)
    row.after(below)
    button.setAttribute('aria-expanded', 'true')
    if (column === undefined || data.up[column].length + data.down[column].length === 0) {
      cell.append(note('Nothing flows into it, and nothing is made of it.'))
      open = { button, below, draw() {} }
      return
    }
    const far = Number.POSITIVE_INFINITY
    const depths = {
      up: reached(data, column, 'up', far).size > many ? 1 : far,
      down: reached(data, column, 'down', far).size > many ? 1 : far,
    }
    open = { button, below }
    const redraw = () => {
      const { way, draw: drawLines, chosen } = build(data, column, depths)
      cell.replaceChildren(toolsOf(data, column, depths, redraw), way)
      drawLines()
      const middle =
        chosen.getBoundingClientRect().left - way.getBoundingClientRect().left - way.clientWidth / 2
      way.scrollLeft += middle + chosen.offsetWidth / 2
      open.draw = drawLines
    }
    redraw()
  }

  function hide() {
    open?.button.setAttribute('aria-expanded', 'false')
    open?.below.remove()
    open = undefined
  }

  async function toggle(button) {
    const again = open?.button === button
    hide()
    if (!again) await show(button)
  }

  /** `core.orders.html#net_sales` opens that column. */
  function fromAddress() {
    const id = location.hash.slice(1)
    const button = id && document.getElementById(id)?.querySelector('button.column')
    if (button && open?.button !== button) toggle(button)
  }

  function element(name, classes = '') {
    const made = document.createElement(name)
    if (classes) made.className = classes
    return made
  }

  function link(text, href) {
    const made = element('a')
    made.textContent = text
    if (href) made.href = href
    return made
  }

  function note(text) {
    const made = element('p', 'note')
    made.textContent = text
    return made
  }

  for (const button of document.querySelectorAll('button.column')) {
    button.addEventListener('click', () => {
      history.replaceState(null, '', `#${button.closest('tr').id}`)
      toggle(button)
    })
  }
  for (const button of document.querySelectorAll('button.plain[aria-controls]')) {
    const list = document.getElementById(button.getAttribute('aria-controls'))
    button.addEventListener('click', () => {
      list.hidden = !list.hidden
      button.setAttribute('aria-expanded', String(!list.hidden))
    })
  }
  addEventListener('hashchange', fromAddress)
  addEventListener('resize', () => open?.draw())
  fromAddress()
})()
