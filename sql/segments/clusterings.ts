import type { Table } from 'apache-arrow'
import { defineModel } from '../../pipelines/build/model.ts'
import { kMeans, type Points, silhouette, uniforms } from '../../pipelines/fit/clusters.ts'

const [fewest, most] = [3, 8]
const seed = 20_010_501

/** Samples by kind of customer; the input is sorted by it. */
function samplesOf(rows: Table): Map<string, Points> {
  const kinds = [...(rows.getChild('kind') ?? [])] as string[]
  const columns = [1, 2, 3, 4, 5, 6].map((at) => Float64Array.from(rows.getChild(`place_${at}`) ?? []))
  const samples = new Map<string, number[]>()
  kinds.forEach((kind, i) => {
    const values = samples.get(kind) ?? []
    for (const column of columns) values.push(column[i] as number)
    samples.set(kind, values)
  })
  return new Map(
    [...samples].map(([kind, values]) => [
      kind,
      { values: Float64Array.from(values), dimensions: columns.length },
    ]),
  )
}

function tried(kind: string, points: Points) {
  const found = []
  for (let k = fewest; k <= most; k += 1) {
    const clustering = kMeans(points, k, uniforms(seed + k))
    const width = clustering && silhouette(points, clustering.labels, k)
    if (clustering && width !== null)
      found.push({ kind, k, width, ...clustering, dimensions: points.dimensions })
  }
  const best = found.reduce((widest, { width }) => Math.max(widest, width), Number.NEGATIVE_INFINITY)
  return found.map((one) => ({ ...one, isChosen: one.width === best }))
}

export default defineModel({
  description:
    'k-means on segments.standardised for 3 to 8 clusters, on at most 2,000 customers of each kind drawn by a hash of their ids, with ' +
    'a fixed seed. The number of clusters with the widest mean silhouette is used. Kinds with fewer than min_repeat_buyers customers, or with too few that differ, have no rows.',
  grain: 'one row a kind of customer, number of clusters and cluster',
  columns: {
    kind: { type: 'VARCHAR', description: 'Kind of customer', tests: ['not_null'] },
    clusters: { type: 'INTEGER', description: 'Number of clusters', tests: ['not_null'] },
    cluster: { type: 'INTEGER', description: '1 the most recent buyers', tests: ['not_null'] },
    centre: {
      type: 'DOUBLE[]',
      description: 'Its centre, in the order of segments.standardised',
      tests: ['not_null'],
    },
    silhouette: {
      type: 'DECIMAL(10,6)',
      description: 'Mean silhouette of the clustering: from −1 to 1, and the wider the better parted',
      tests: ['not_null', { range: { min: -1, max: 1 } }],
    },
    within: { type: 'DECIMAL(18,6)', description: 'Sum of squares within its clusters', tests: ['not_null'] },
    is_chosen: { type: 'BOOLEAN', description: 'The number of clusters in use', tests: ['not_null'] },
  },
  tests: [{ unique: ['kind', 'clusters', 'cluster'] }],
  inputs: {
    sample: `
      select kind, place[1] as place_1, place[2] as place_2, place[3] as place_3, place[4] as place_4, place[5] as place_5, place[6] as place_6
      from segments.standardised
      where snapshot = 'this'
      qualify count(*) over (partition by kind) >= param('min_repeat_buyers')
        and row_number() over (partition by kind order by md5(customer_id), customer_id) <= 2000
      order by kind, md5(customer_id), customer_id`,
  },
  run({ inputs }) {
    const rows = [...samplesOf(inputs.sample)].flatMap(([kind, points]) =>
      tried(kind, points).flatMap((one) =>
        Array.from({ length: one.k }, (_, cluster) => ({ ...one, cluster })),
      ),
    )
    const centreOf = ({ centres, cluster, dimensions }: (typeof rows)[number]) =>
      `[${centres.subarray(cluster * dimensions, (cluster + 1) * dimensions).join(', ')}]`
    return {
      kind: rows.map(({ kind }) => kind),
      clusters: Int32Array.from(rows, ({ k }) => k),
      cluster: Int32Array.from(rows, ({ cluster }) => cluster + 1),
      centre: rows.map(centreOf),
      silhouette: Float64Array.from(rows, ({ width }) => width),
      within: Float64Array.from(rows, ({ within }) => within),
      is_chosen: rows.map(({ isChosen }) => isChosen),
    }
  },
})
