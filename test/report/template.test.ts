import { expect, test } from 'vitest'
import type { ClienteleError } from '../../pipelines/error.ts'
import { openTemplates } from '../../pipelines/report/template.ts'

const helpers = {
  twice: (value: string) => value + value,
  broken: () => {
    throw new Error('it does not add up')
  },
}
const templates = openTemplates(helpers)
const page = (body: string) => ({ file: 'page.md', text: `---\ntitle: x\n---\n${body}`, body, line: 4 })
const render = (body: string, context: object) => templates.markdown(page(body))(context)
const faultOf = (work: () => unknown) => {
  try {
    work()
  } catch (error) {
    return (error as ClienteleError).faults[0]
  }
  throw new Error('nothing was thrown')
}

test('a value is escaped, and never acts as Markdown or HTML', () => {
  const html = render('Best: {{name}} and **{{name}}**', { name: '<b>*x*</b> [l](javascript:1)' })
  const escaped = '&lt;b&gt;*x*&lt;/b&gt; [l](javascript:1)'
  expect(html).toBe(`<p>Best: ${escaped} and <strong>${escaped}</strong></p>\n`)
})

test('a tag on lines of its own stands outside any paragraph, one in a text inside it', () => {
  expect(render('{{#if a}}\n## Head\n\n{{twice b}} in text\n{{/if}}', { a: true, b: 'x' })).toBe(
    '<h2>Head</h2>\n<p>xx in text</p>\n',
  )
  expect(render('{{twice\n  b}}\n\nnext', { b: 'y' })).toBe('yy\n<p>next</p>\n')
})

test('quotes and braces inside a tag are the tag’s', () => {
  expect(render(`A {{twice "}}'"}} and {{twice '"'}}`, {})).toBe(
    '<p>A }}&#x27;}}&#x27; and &quot;&quot;</p>\n',
  )
})

test('a name that nothing defines is a fault at its line and column, not an empty text', () => {
  const fault = faultOf(() => render('First.\n\nSecond {{nmae}}.', { name: 'x' }))
  expect(fault?.what).toContain('"nmae" not defined')
  expect(fault?.where).toMatchObject({ file: 'page.md', line: 6, column: 10 })
})

test('unknown helpers are all told at once, before anything is rendered', () => {
  const error = (() => {
    try {
      templates.markdown(page('{{mony 1}}\n\n- {{tabel x}}'))
    } catch (caught) {
      return caught as ClienteleError
    }
  })()
  expect(error?.faults.map(({ what, where }) => [what, where?.line])).toEqual([
    ['nothing is called mony here', 4],
    ['nothing is called tabel here', 6],
  ])
})

test('what a helper complains of is told with the place of its tag', () => {
  const fault = faultOf(() => render('# One\n\ntext {{broken 1}}', {}))
  expect(fault).toMatchObject({ what: 'it does not add up', where: { line: 6, column: 6 } })
})

test('a tag that does not close is told with its line', () => {
  const fault = faultOf(() => render('One\n\n{{#if a}}\n\nTwo', {}))
  expect(fault?.what).toMatch(/does not read/)
  expect(fault?.where?.file).toBe('page.md')
})
