import { createHash } from 'node:crypto'
import { policyMark } from './render.ts'

const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

/** Text of the first element of a name; a page has one style and one script. */
const inside = (html: string, name: string): string | undefined => {
  const start = html.indexOf(`<${name}>`)
  return start < 0 ? undefined : html.slice(start + name.length + 2, html.indexOf(`</${name}>`, start))
}

/**
 * Says in the page itself that it loads nothing, and runs and wears nothing but its own style and script, by their
 * hashes. Marks of charts and bars carry styles as attributes: these can be no more than looks.
 */
export function withPolicy(html: string): string {
  const [style, script] = [inside(html, 'style'), inside(html, 'script')]
  const policy = [
    "default-src 'none'",
    `style-src-elem ${hashOf(style ?? '')}`,
    "style-src-attr 'unsafe-inline'",
    ...(script === undefined ? [] : [`script-src ${hashOf(script)}`]),
    'font-src data:',
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
  return html.replace(`content="${policyMark}"`, () => `content="${policy}"`)
}

/** What is for the screen only stands between marks; data cannot write one, as it is escaped. */
export const onPaper = (html: string): string => html.replace(/<!--screen-->[\s\S]*?<!--\/screen-->/g, '')
