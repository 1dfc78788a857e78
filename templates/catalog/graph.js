// The whole graph: drag, zoom, and walk along its lines with the arrow keys.
;(() => {
  const frame = document.querySelector('.picture.walk')
  const svg = frame?.querySelector('svg')
  if (!svg) return
  const whole = svg.viewBox.baseVal
  const full = { x: whole.x, y: whole.y, width: whole.width, height: whole.height }
  const boxes = new Map([...svg.querySelectorAll('.box')].map((box) => [box.dataset.name, box]))
  const lines = [...svg.querySelectorAll('.line')]
  const places = new Map([...boxes].map(([name, box]) => [name, box.querySelector('rect').getBBox()]))
  const inputs = Map.groupBy(lines, (line) => line.dataset.to)
  const readers = Map.groupBy(lines, (line) => line.dataset.from)
  let view = { ...full }

  function show(next) {
    view = next
    svg.setAttribute('viewBox', `${view.x} ${view.y} ${view.width} ${view.height}`)
  }

  /** The whole picture, in the shape of the frame. */
  function showAll() {
    const shape = frame.clientWidth / frame.clientHeight
    const width = Math.max(full.width, full.height * shape)
    const height = width / shape
    show({ x: full.x - (width - full.width) / 2, y: full.y - (height - full.height) / 2, width, height })
  }

  /** As near as to be read, beginning with what is delivered. */
  function showStart() {
    const height = Math.min(full.height, frame.clientHeight * 1.4)
    const width = (height * frame.clientWidth) / frame.clientHeight
    if (width >= full.width) showAll()
    else show({ x: full.x, y: full.y + (full.height - height) / 2, width, height })
  }

  /** Nearer or farther, the point under the pointer staying where it is. */
  function zoom(factor, at = { x: view.x + view.width / 2, y: view.y + view.height / 2 }) {
    const width = Math.min(Math.max(view.width * factor, 240), full.width * 3)
    const scale = width / view.width
    show({
      x: at.x - (at.x - view.x) * scale,
      y: at.y - (at.y - view.y) * scale,
      width,
      height: view.height * scale,
    })
  }

  function pointOf(event) {
    const { left, top, width, height } = frame.getBoundingClientRect()
    return {
      x: view.x + ((event.clientX - left) / width) * view.width,
      y: view.y + ((event.clientY - top) / height) * view.height,
    }
  }

  /** Brings a table into the picture, large enough to be read. */
  function reveal(name) {
    const { x, y, width, height } = places.get(name)
    const readable = Math.min(view.width, frame.clientWidth * 1.15)
    const next = { ...view, width: readable, height: (readable * frame.clientHeight) / frame.clientWidth }
    const inside =
      readable === view.width &&
      x > view.x &&
      y > view.y &&
      x + width < view.x + view.width &&
      y + height < view.y + view.height
    if (inside) return
    show({ ...next, x: x + width / 2 - next.width / 2, y: y + height / 2 - next.height / 2 })
  }

  function trace(name) {
    const found = new Set([name])
    for (const line of lines) line.classList.remove('up', 'down')
    follow(name, inputs, 'from', 'up', found)
    follow(name, readers, 'to', 'down', found)
    for (const [one, box] of boxes) box.classList.toggle('on', found.has(one))
    frame.classList.add('traced')
  }

  function follow(start, next, end, mark, found) {
    const seen = new Set([start])
    const edge = [start]
    while (edge.length > 0) {
      for (const line of next.get(edge.pop()) ?? []) {
        line.classList.add(mark)
        const other = line.dataset[end]
        found.add(other)
        if (seen.has(other)) continue
        seen.add(other)
        edge.push(other)
      }
    }
  }

  const untrace = () => frame.classList.remove('traced')

  /** Along a line to the nearest table it leads to; up and down among those that stand in one column. */
  function neighbour(name, key) {
    const here = places.get(name)
    const names =
      key === 'ArrowLeft'
        ? (inputs.get(name) ?? []).map((line) => line.dataset.from)
        : key === 'ArrowRight'
          ? (readers.get(name) ?? []).map((line) => line.dataset.to)
          : [...places]
              .filter(
                ([one, { x, y }]) =>
                  x === here.x && one !== name && (key === 'ArrowUp' ? y < here.y : y > here.y),
              )
              .map(([one]) => one)
    const away = (one) => Math.abs(places.get(one).y - here.y) + Math.abs(places.get(one).x - here.x) / 4
    return names.sort((a, b) => away(a) - away(b))[0]
  }

  for (const [name, box] of boxes) {
    box.addEventListener('mouseenter', () => trace(name))
    box.addEventListener('mouseleave', () => {
      const focused = document.activeElement?.closest?.('.box')
      if (focused) trace(focused.dataset.name)
      else untrace()
    })
    box.addEventListener('focus', () => {
      trace(name)
      if (box.matches(':focus-visible')) reveal(name)
    })
    box.addEventListener('blur', untrace)
    box.addEventListener('keydown', (event) => {
      if (!event.key.startsWith('Arrow')) return
      event.preventDefault()
      const next = neighbour(name, event.key)
      if (next) boxes.get(next).focus({ preventScroll: true })
    })
  }

  frame.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    if (event.key === '+' || event.key === '=') zoom(0.8)
    else if (event.key === '-') zoom(1.25)
    else if (event.key === '0') showAll()
    else return
    event.preventDefault()
  })
  frame.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault()
      zoom(1.0015 ** event.deltaY, pointOf(event))
    },
    { passive: false },
  )

  let drag
  frame.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return
    drag = { x: event.clientX, y: event.clientY, view, moved: false }
  })
  addEventListener('pointermove', (event) => {
    if (!drag) return
    const [dx, dy] = [event.clientX - drag.x, event.clientY - drag.y]
    if (!drag.moved && Math.hypot(dx, dy) < 4) return
    drag.moved = true
    frame.classList.add('dragging')
    const scale = drag.view.width / frame.clientWidth
    show({ ...drag.view, x: drag.view.x - dx * scale, y: drag.view.y - dy * scale })
  })
  addEventListener('pointerup', () => {
    frame.classList.remove('dragging')
    // The click that ends a drag opens nothing.
    if (drag?.moved)
      addEventListener('click', (event) => event.preventDefault(), { capture: true, once: true })
    drag = undefined
  })
  frame.addEventListener('dragstart', (event) => event.preventDefault())

  for (const button of document.querySelectorAll('[data-zoom]')) {
    button.addEventListener('click', () => {
      if (button.dataset.zoom === 'all') showAll()
      else zoom(button.dataset.zoom === 'in' ? 0.75 : 1.33)
    })
  }

  /** `graph.html#core.orders` begins there. */
  function fromAddress() {
    const name = decodeURIComponent(location.hash.slice(1))
    if (!boxes.has(name)) return
    boxes.get(name).focus({ preventScroll: true, focusVisible: true })
    reveal(name)
    trace(name)
  }

  showStart()
  addEventListener('hashchange', fromAddress)
  fromAddress()
})()
