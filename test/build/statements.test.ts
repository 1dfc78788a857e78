import { expect, test } from 'vitest'
import { blanked, statements } from '../../pipelines/statements.ts'

const texts = (script: string) => statements(script).map(({ start, end }) => script.slice(start, end))

test('a semicolon in quotes, in a comment or between dollars ends nothing', () => {
  expect(
    texts("/* a; b */ select ';', \"x;y\", 'it''s;' -- one;\n; select $$;$$, $t$ ; $$ ; $t$;\n;;\n-- end;"),
  ).toEqual(["select ';', \"x;y\", 'it''s;'", 'select $$;$$, $t$ ; $$ ; $t$'])
})

test('a script of comments holds no statement', () => {
  expect(texts('/*\nhead\n*/\n-- later\n')).toEqual([])
  expect(texts('')).toEqual([])
})

test('what is blanked keeps its place', () => {
  const script = "select 'a\nb' /* c\n */ from t"
  expect(blanked(script)).toBe('select   \n       \n    from t')
  expect(blanked(script)).toHaveLength(script.length)
})
