// The search field of every page. Its data are a script beside the page, loaded when the field is first used.
;(() => {
  const field = document.getElementById('find')
  const list = document.getElementById('found')
  const count = document.getElementById('count')
  const shown = 14
  let entries
  let hits = []
  let chosen = -1

  const load = () =>
    (entries ??= new Promise((resolve) => {
      const script = document.createElement('script')
      script.src = 'search-data.js'
      script.onload = () => resolve(globalThis.catalogue.search.flatMap(entriesOf))
      document.head.append(script)
    }))

  function entriesOf([name, href, kind, description, columns]) {
    const table = {
      name,
      href,
      kind,
      what: description,
      of: '',
      texts: [name.toLowerCase(), description.toLowerCase()],
    }
    return [
      table,
      ...columns.map(([column, what]) => ({
        name: column,
        href: `${href}#${encodeURIComponent(column)}`,
        kind: 'column',
        what,
        of: name,
        texts: [column.toLowerCase(), what.toLowerCase(), `${name}.${column}`.toLowerCase()],
      })),
    ]
  }

  /** Every word must be somewhere; a hit in a name counts more than one in a description, a table more than a column. */
  function score({ texts: [name, what, path], kind }, words) {
    let sum = kind === 'column' ? 0 : 4
    for (const word of words) {
      if (name === word || path === word) sum += 100
      else if (name.startsWith(word)) sum += 60
      else if (name.includes(`.${word}`) || name.includes(`_${word}`)) sum += 50
      else if (name.includes(word)) sum += 30
      else if (path?.includes(word)) sum += 20
      else if (what.includes(word)) sum += 10
      else return 0
    }
    return sum - name.length / 100
  }

  async function search() {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean)
    const all = await load()
    hits = []
    if (words.length > 0) {
      hits = all
        .map((entry) => ({ entry, points: score(entry, words) }))
        .filter(({ points }) => points > 0)
        .sort((a, b) => b.points - a.points)
        .map(({ entry }) => entry)
    }
    show(words)
  }

  function show(words) {
    chosen = hits.length > 0 ? 0 : -1
    const items = hits.slice(0, shown).map((hit, i) => itemOf(hit, i, words))
    if (words.length > 0 && items.length === 0) {
      const none = document.createElement('li')
      none.className = 'none'
      none.textContent = 'Nothing of that name'
      items.push(none)
    }
    list.replaceChildren(...items)
    list.hidden = words.length === 0
    field.setAttribute('aria-expanded', String(!list.hidden))
    count.textContent = words.length === 0 ? '' : `${hits.length} found`
    choose(chosen)
  }

  function itemOf({ name, kind, what, of }, i, words) {
    const item = document.createElement('li')
    item.id = `found-${i}`
    item.setAttribute('role', 'option')
    const side = document.createElement('span')
    side.className = 'kind'
    side.textContent = of || kind
    const title = document.createElement('b')
    title.append(...marked(name, words))
    const line = document.createElement('span')
    line.className = 'line'
    line.append(...marked(what, words))
    item.append(side, title, line)
    // The field keeps the focus, so that the list does not close before the press arrives.
    item.addEventListener('mousedown', (event) => event.preventDefault())
    item.addEventListener('click', () => go(i))
    return item
  }

  function marked(text, words) {
    const lower = text.toLowerCase()
    const word = words.find((one) => lower.includes(one))
    // Lower case may be longer than the text it comes from: then nothing is marked.
    if (word === undefined || lower.length !== text.length) return [text]
    const at = lower.indexOf(word)
    const mark = document.createElement('mark')
    mark.textContent = text.slice(at, at + word.length)
    return [text.slice(0, at), mark, text.slice(at + word.length)]
  }

  function choose(i) {
    chosen = i
    for (const [n, item] of [...list.children].entries()) {
      item.setAttribute('aria-selected', String(n === i))
      if (n === i) item.scrollIntoView({ block: 'nearest' })
    }
    if (i >= 0) field.setAttribute('aria-activedescendant', `found-${i}`)
    else field.removeAttribute('aria-activedescendant')
  }

  function go(i) {
    const hit = hits[i]
    if (!hit) return
    close()
    location.href = hit.href
  }

  function close() {
    list.hidden = true
    field.setAttribute('aria-expanded', 'false')
  }

  field.addEventListener('focus', load, { once: true })
  field.addEventListener('input', search)
  field.addEventListener('blur', close)
  field.addEventListener('keydown', (event) => {
    const last = Math.min(hits.length, shown) - 1
    if (event.key === 'ArrowDown') choose(chosen >= last ? 0 : chosen + 1)
    else if (event.key === 'ArrowUp') choose(chosen <= 0 ? last : chosen - 1)
    else if (event.key === 'Enter') go(chosen)
    else if (event.key === 'Escape') {
      if (list.hidden) field.blur()
      close()
    } else return
    event.preventDefault()
  })
  document.addEventListener('keydown', (event) => {
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return
    if (event.target.matches('input, textarea, select')) return
    event.preventDefault()
    field.focus()
    field.select()
  })
})()
