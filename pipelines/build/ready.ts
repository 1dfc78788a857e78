import type { Table } from 'apache-arrow'
import type { Calculator } from './calculator.ts'
import { valuesIn, worthAThread } from './calculator.ts'
import type { Making } from './make.ts'
import { callModel, readInputs } from './run-ts.ts'
import type { TsModel } from './source.ts'
import type { Step } from './steps.ts'

/** A step whose turn it is: every model that it reads is there. */
export interface Ready {
  step: Step
  /** What a TypeScript model gave. */
  result?: Table
  /** What that took. */
  seconds: number
}

/**
 * The steps of a plan, each when those it reads were made: one that is given is made before the next is asked for.
 * Where a TypeScript model has much to calculate another thread does it, and what does not need it comes first.
 */
export async function* readySteps(
  making: Pick<Making, 'db' | 'plan'>,
  calculator: Calculator,
  prepare: (step: Step) => Promise<void>,
): AsyncGenerator<Ready> {
  const waiting = [...making.plan.steps]
  const unmade = new Set(waiting.map(({ model }) => model.name))
  let away: Away | undefined
  while (waiting.length > 0 || away) {
    const isFree = (step: Step) =>
      step.inputs.every((name) => !unmade.has(name)) && !(away && isCalculated(step))
    const at = away?.isBack ? -1 : waiting.findIndex(isFree)
    let ready: Ready
    if (at < 0) {
      ready = await (away as Away).ready
      away = undefined
    } else {
      const [step] = waiting.splice(at, 1) as [Step]
      await prepare(step)
      const begun: Ready | Away = isCalculated(step)
        ? await calculate(making, step, calculator)
        : { step, seconds: 0 }
      if ('isBack' in begun) {
        away = begun
        continue
      }
      ready = begun
    }
    yield ready
    unmade.delete(ready.step.model.name)
  }
}

/** A step that is being calculated on the other thread. */
interface Away {
  ready: Promise<Ready>
  isBack: boolean
}

const isCalculated = ({ model, reused }: Step): boolean => model.language === 'ts' && !reused

async function calculate(
  { db, plan }: Pick<Making, 'db' | 'plan'>,
  step: Step,
  calculator: Calculator,
): Promise<Ready | Away> {
  const model = step.model as TsModel
  const from = performance.now()
  const inputs = await readInputs(db, model)
  const isMuch = valuesIn(inputs) >= worthAThread
  const result = callModel(model, inputs, plan.parameters, isMuch ? calculator : undefined)
  const ready = result.then((result) => ({ step, result, seconds: (performance.now() - from) / 1000 }))
  if (!isMuch) return ready
  const away: Away = { ready, isBack: false }
  const back = () => {
    away.isBack = true
  }
  // What went wrong is told to whoever waits for it.
  ready.then(back, back)
  return away
}
