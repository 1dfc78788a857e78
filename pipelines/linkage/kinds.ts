import type { Role } from '../fit/fellegi-sunter.ts'

/** How a column of one kind is put in form and compared. The macros are in `sql/macros/linkage.sql`. */
export interface Kind {
  /** Macro that puts a value in form. */
  standard: string
  /** Macro that gives the level of two values. */
  level: string
  /** Names of the levels from 0 up; the level macro counts the same way. */
  levels: readonly string[]
  /** The level at which both values are the same. */
  exact: number
  /** Share of each level between two records of one person, before the data have spoken. */
  expected: readonly number[]
  role: Role
  /**
   * Letters at the beginning, and at the end, one of which two records of a person share although one slipped; none
   * where strangers share them as well.
   */
  ends?: number
  /** Whether values in different scripts are compared by how they sound. */
  hasSound?: boolean
}

const name = {
  standard: 'standard_name',
  level: 'name_level',
  levels: [
    'differs',
    'somewhat similar',
    'short form',
    'similar',
    'one slip',
    'similar in sound',
    'same in sound',
    'same',
  ],
  exact: 7,
  expected: [0.05, 0.01, 0.02, 0.02, 0.04, 0.01, 0.02, 0.83],
  ends: 2,
  hasSound: true,
} as const

const text = {
  standard: 'standard_text',
  level: 'text_level',
  levels: ['differs', 'somewhat similar', 'similar', 'one slip', 'similar in sound', 'same in sound', 'same'],
  exact: 6,
  expected: [0.05, 0.02, 0.03, 0.04, 0.01, 0.02, 0.83],
  ends: 2,
  hasSound: true,
} as const

const code = {
  standard: 'standard_text',
  level: 'code_level',
  levels: ['differs', 'two slips', 'one slip', 'same'],
  exact: 3,
  expected: [0.05, 0.02, 0.05, 0.88],
  ends: 3,
} as const

const declared = {
  given_name: { ...name, role: 'personal' },
  family_name: { ...name, role: 'mixed' },
  organisation: { ...text, standard: 'standard_organisation', role: 'personal' },
  text: { ...text, role: 'personal' },
  date: {
    standard: 'standard_date',
    level: 'date_level',
    levels: [
      'differs',
      'within a year',
      'within forty days',
      'two digits differ',
      'year differs',
      'one digit differs, or day and month exchanged',
      'same',
    ],
    exact: 6,
    expected: [0.03, 0.01, 0.01, 0.02, 0.02, 0.06, 0.85],
    ends: 4,
    role: 'personal',
  },
  email: {
    standard: 'standard_email',
    level: 'email_level',
    levels: ['differs', 'similar', 'same before the @', 'two slips at most', 'same'],
    exact: 4,
    expected: [0.1, 0.02, 0.03, 0.05, 0.8],
    ends: 3,
    role: 'mixed',
  },
  phone: { ...code, standard: 'standard_phone', expected: [0.15, 0.01, 0.04, 0.8], role: 'mixed' },
  identifier: { ...code, role: 'personal' },
  address: {
    standard: 'standard_address',
    level: 'address_level',
    levels: [
      'differs',
      'similar, with other numbers',
      'somewhat similar, same numbers',
      'similar, same numbers',
      'same numbers in another script',
      'same',
    ],
    exact: 5,
    expected: [0.05, 0.02, 0.02, 0.06, 0.02, 0.83],
    ends: 4,
    role: 'home',
  },
  place: { ...text, role: 'home' },
  postcode: { ...code, role: 'home' },
  number: { ...code, role: 'home' },
  category: { ...code, ends: 0, role: 'home' },
} as const satisfies Record<string, Kind>

export type KindName = keyof typeof declared

/** The kinds a column may be declared as. */
export const kinds: Readonly<Record<KindName, Kind>> = declared

/** Levels that a given name has besides, where the family name is compared too: both names, put in order first. */
export const swapped = {
  levels: [
    'exchanged with the family name, the other differs',
    'exchanged with the family name, both similar',
    'exchanged with the family name, the other not known',
    'exchanged with the family name, both same',
  ],
  expected: [0.002, 0.006, 0.006, 0.016],
} as const
