import Handlebars from 'handlebars'
import { type Page, pageOf } from '../page.ts'
import type { HelperOptions, Helpers } from '../template.ts'

export const contentHelpers: Helpers = {
  /** `{{contents}}`: the pages of the night, for the index. */
  contents(options: HelperOptions) {
    const page: Page = pageOf(options)
    const entries = page.contents
      .filter(({ locale }) => locale === page.locale)
      .map((entry) => ({ ...entry, headline: new Handlebars.SafeString(entry.headline) }))
    return page.fill('contents', { entries })
  },
}
