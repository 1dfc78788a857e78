import { createHash } from 'node:crypto'
import { policyMark } from './render.ts'

const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

/** Text of the first element of a name; a page has one style and one script. */
const inside = (html: string, name: string): string | undefined => {
  const start = html.indexOf(`<${name}>`)
  return start < 0 ? undefined : html.slice(start + name.length + 2, html.indexOf(`</${name}>`, start))
}

const nothingElse = ['font-src data:', 'img-src data:', "base-uri 'none'", "form-action 'none'"]

const withRules = (html: string, rules: string[]): string =>
  html.replace(
    `content="${policyMark}"`,
    () => `content="${["default-src 'none'", ...rules, ...nothingElse].join('; ')}"`,
  )

/**
 * Says in the page itself that it loads nothing, and runs and wears nothing but its own style and script, by their
 * hashes. Marks of charts and bars carry styles as attributes: these can be no more than looks.
 */
export function withPolicy(html: string): string {
  const [style, script] = [inside(html, 'style'), inside(html, 'script')]
  return withRules(html, [
    `style-src-elem ${hashOf(style ?? '')}`,
    "style-src-attr 'unsafe-inline'",
    ...(script === undefined ? [] : [`script-src ${hashOf(script)}`]),
  ])
}

/**
 * The page for paper: without what stands between the marks for the screen; data cannot write one, as it is escaped. A
 * tab prints one page after the other, and what the policy of one forbids stays forbidden: this one is that of all.
 */
export const onPaper = (html: string): string =>
  withRules(html.replace(/<!--screen-->[\s\S]*?<!--\/screen-->/g, ''), ["style-src 'unsafe-inline'"])
