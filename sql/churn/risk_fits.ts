import type { Table } from 'apache-arrow'
import { defineModel } from '../../pipelines/build/model.ts'
import {
  areaUnderCurve,
  chanceOf,
  digitsOf,
  type Examples,
  logitsOf,
  logLoss,
} from '../../pipelines/fit/examples.ts'
import { learners } from '../../pipelines/fit/learners.ts'
import { type Calibration, calibrate } from '../../pipelines/fit/logistic.ts'

/** Examples from one stretch to another; the input is sorted by them. */
function examplesIn(rows: Table): (first: number, last?: number) => Examples {
  const stretches = rows.getChild('stretch')?.toArray() ?? []
  const digits = digitsOf([...(rows.getChild('pattern') ?? [])] as string[])
  const [n, hits] = ['customers', 'lost'].map(
    (name) => rows.getChild(name)?.toArray() ?? new Float64Array(),
  ) as [Float64Array, Float64Array]
  const before = (stretch: number) => {
    let at = 0
    while (at < stretches.length && stretches[at] < stretch) at += 1
    return at
  }
  return (first, last = Number.POSITIVE_INFINITY) => {
    const [from, to] = [before(first), before(last + 1)]
    return {
      digits: digits.map((column) => column.subarray(from, to)),
      n: n.subarray(from, to),
      hits: hits.subarray(from, to),
    }
  }
}

/** Learns from some stretches and is calibrated on the one that follows. */
function fitOne(name: string, learn: Examples, calibrateOn: Examples) {
  const learner = learners[name] as (typeof learners)[string]
  const model = learner.fit(learn)
  const learnt = learner.open(model)
  const logits = (examples: Examples) => logitsOf(learnt, examples)
  const calibration: Calibration = calibrate(logits(calibrateOn), calibrateOn)
  const chances = (examples: Examples) =>
    logits(examples).map((logit) => chanceOf(calibration.intercept + calibration.slope * logit))
  return { learner: name, model, calibration, chances, examples: learn.n.reduce((sum, n) => sum + n, 0) }
}

function fitAll(rows: Table) {
  const stretch = examplesIn(rows)
  const [judged, second] = [stretch(1, 1), stretch(2, 2)]
  const tried = Object.keys(learners).map((name) => {
    const fit = fitOne(name, stretch(3), second)
    const chances = fit.chances(judged)
    return {
      ...fit,
      basis: 'calibration',
      loss: logLoss(chances, judged),
      curve: areaUnderCurve(chances, judged),
    }
  })
  const best = tried.reduce((one, other) => (other.loss < one.loss ? other : one))
  const final = {
    ...fitOne(best.learner, stretch(2), judged),
    basis: 'full',
    loss: null,
    curve: null,
  }
  return [...tried, final].map((fit) => ({ ...fit, isChosen: fit.learner === best.learner }))
}

export default defineModel({
  description:
    'Models of who stays away for the whole of the next stretch, learnt from churn.example_patterns: a logistic regression on ' +
    'bins, by iteratively reweighted least squares, and gradient-boosted trees on the same bins. The calibration basis learns from stretches ' +
    '3 and more, is calibrated on 2 (Platt) and judged on 1; the one with the smaller loss there learns again for the full basis, one ' +
    'stretch later. No rows where churn.risk_gate says why.',
  grain: 'one row a basis and learner; of the full basis only the chosen one',
  columns: {
    basis: { type: 'VARCHAR', description: 'calibration or full', tests: ['not_null'] },
    learner: {
      type: 'VARCHAR',
      description: 'logistic or trees',
      tests: ['not_null', { accepted_values: ['logistic', 'trees'] }],
    },
    is_chosen: {
      type: 'BOOLEAN',
      description: 'Has the smaller loss on the time held out',
      tests: ['not_null'],
    },
    examples: { type: 'BIGINT', description: 'Examples it learnt from', tests: ['not_null'] },
    intercept: { type: 'DOUBLE', description: 'Of the calibration', tests: ['not_null'] },
    slope: { type: 'DOUBLE', description: 'Of the calibration; 1 changes nothing', tests: ['not_null'] },
    log_loss: { type: 'DOUBLE', description: 'Mean logarithmic loss on stretch 1; null for the full basis' },
    area_under_curve: {
      type: 'DOUBLE',
      description: 'Area under the ROC curve on stretch 1; null for the full basis',
    },
    parameters: { type: 'VARCHAR', description: 'What was learnt, as JSON', tests: ['not_null'] },
  },
  tests: [{ unique: ['basis', 'learner'] }],
  inputs: {
    gate: 'select reason from churn.risk_gate',
    patterns: `
      select stretch, pattern, cast(customers as double) as customers, cast(lost as double) as lost
      from churn.example_patterns
      where stretch > 0
      order by stretch, pattern`,
  },
  run({ inputs }) {
    const fits = inputs.gate.get(0)?.reason === null ? fitAll(inputs.patterns) : []
    return {
      basis: fits.map(({ basis }) => basis),
      learner: fits.map(({ learner }) => learner),
      is_chosen: fits.map(({ isChosen }) => isChosen),
      examples: Float64Array.from(fits, ({ examples }) => examples),
      intercept: Float64Array.from(fits, ({ calibration }) => calibration.intercept),
      slope: Float64Array.from(fits, ({ calibration }) => calibration.slope),
      log_loss: fits.map(({ loss }) => loss),
      area_under_curve: fits.map(({ curve }) => curve),
      parameters: fits.map(({ model }) => JSON.stringify(model)),
    }
  },
})
