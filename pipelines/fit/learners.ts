import type { Learner } from './examples.ts'
import { logistic } from './logistic.ts'
import { trees } from './trees.ts'

/** Classifiers by name. What each has learnt is plain data: it may be kept as JSON and opened again. */
export const learners: Readonly<Record<string, Learner<never>>> = {
  logistic: logistic as unknown as Learner<never>,
  trees: trees as unknown as Learner<never>,
}
