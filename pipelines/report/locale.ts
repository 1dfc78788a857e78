export type Locale = 'en' | 'zh-CN'

/** What a number counts. Anything else counts things that the words name (`customers`, `orders`). */
export type Unit = 'money' | 'percent' | 'number' | (string & {})

/** The tag by which `Intl` knows a locale. */
export const languageTag = (locale: Locale): string => (locale === 'en' ? 'en-GB' : locale)
