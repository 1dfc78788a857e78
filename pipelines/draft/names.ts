/** What headers in Chinese usually mean, longest first: the warehouse's names are in ASCII. */
const meanings: [RegExp, string][] = [
  [/^序号$/, 'row_no'],
  [/订单(编号|号)/, 'order_no'],
  [/(客户|会员|顾客)(编号|号|ID)/i, 'customer_no'],
  [/(商品|产品)(编号|编码|号)/, 'product_no'],
  [/(商品|产品)(名称|名)/, 'product_name'],
  [/出生(日期|年月)|生日/, 'birth_date'],
  [/身份证/, 'id_card'],
  [/护照/, 'passport'],
  [/姓名|联系人/, 'full_name'],
  [/手机/, 'mobile'],
  [/电话/, 'phone'],
  [/邮箱|邮件|电邮/, 'email'],
  [/微信/, 'wechat'],
  [/邮编|邮政编码/, 'postcode'],
  [/地址/, 'address'],
  [/省/, 'province'],
  [/城市|市$/, 'city'],
  [/区县|地区|区$/, 'district'],
  [/性别/, 'sex'],
  [/年龄/, 'age'],
  [/下单(日期|时间)|订购日期/, 'ordered_at'],
  [/日期/, 'date'],
  [/时间/, 'time'],
  [/金额|总价/, 'amount'],
  [/单价|价格/, 'price'],
  [/数量/, 'quantity'],
  [/状态/, 'status'],
  [/门店|店铺/, 'store'],
  [/渠道/, 'channel'],
  [/备注|说明/, 'note'],
  [/退订/, 'opted_out'],
  [/编号|号码|编码/, 'no'],
]

/** A name for the warehouse: lower-case letters, digits and underscores. */
export function warehouseName(header: string, position: number): string {
  const ascii = header
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^_+|_+$/g, '')
  const meant = /\p{Script=Han}/u.test(header) ? meanings.find(([word]) => word.test(header))?.[1] : undefined
  const name = meant ?? ascii
  if (name === '') return `column_${position}`
  return /^[a-z]/.test(name) ? name : `column_${name}`
}

/** The name of a source after the file it comes from. */
export const sourceName = (path: string): string =>
  warehouseName((path.split(/[\\/]/).at(-1) ?? '').replace(/(\.[a-z0-9]+)+$/i, ''), 1)

/** Every column gets a name of its own. */
export function warehouseNames(headers: string[]): string[] {
  const taken = new Set<string>()
  return headers.map((header, i) => {
    const base = warehouseName(header, i + 1)
    let name = base
    for (let n = 2; taken.has(name); n++) name = `${base}_${n}`
    taken.add(name)
    return name
  })
}

/** Names of things, not of people. */
const impersonal =
  /product|item|goods|shop|store|company|brand|file|list|campaign|category|商品|产品|门店|店|公司|品牌|文件/
const direct =
  /(^|_)(name|forename|surname|lastname|firstname|full_name|first_name|last_name|contact)(_|$)|e_?mail|phone|mobile|(^|_)(tel|fax|cell)(_|$)|addr|street|birth|(^|_)dob(_|$)|passport|id_card|(^|_)ssn(_|$)|iban|wechat|姓名|联系人|手机|电话|邮箱|邮件|地址|身份证|护照|微信|生日|出生/
const indirect =
  /post_?code|zip|(^|_)(city|town|sex|gender|age|job|profession|nationality)(_|$)|(customer|member|client|person|user)_?(id|no|nr|number|code)|邮编|城市|性别|年龄|职业|(客户|会员|顾客)(编号|号)/

/** Whose a column's values are, by its name. */
export function personalByName(header: string): 'direct' | 'indirect' | undefined {
  const name = `${warehouseName(header, 0)} ${header.toLowerCase()}`
  if (impersonal.test(name)) return undefined
  if (direct.test(name) || direct.test(header)) return 'direct'
  return indirect.test(name) ? 'indirect' : undefined
}

/** Columns that tell rows apart are usually called so. */
export const isKeyName = (header: string): boolean =>
  /(^|_)(id|no|nr|number|code|key|ref|urn|uuid)$/.test(warehouseName(header, 0)) ||
  /号$|编码$|^序号$/.test(header)
