import type { Market } from './markets.ts'
import { type Random, weighted } from './random.ts'

export interface City {
  /** Local form; simplified Chinese, traditional Chinese or English. */
  name: string
  latin: string
  region: string
  /** Leading part of the postcode: four digits on the mainland, area and district in Britain, none in Hong Kong. */
  postcode: string
  districts: readonly (readonly [local: string, latin: string])[]
  /** 1 is the largest kind of city. */
  tier: 1 | 2 | 3
}

const city = (line: string): City => {
  const [name, latin, region, postcode, tier, districts] = line.split('|') as [
    string,
    string,
    string,
    string,
    string,
    string,
  ]
  const parts = districts
    .split(' ')
    .map((entry) => entry.replaceAll('_', ' ').split(':') as [string, string?])
  return {
    name,
    latin,
    region,
    postcode,
    tier: Number(tier) as 1 | 2 | 3,
    districts: parts.map(([local, name]) => [local, name ?? local] as const),
  }
}

/** The cities of each market, the one with most people first. */
export const cities: readonly (readonly City[])[] = [
  [
    '上海|Shanghai|上海市|2000|1|徐汇区:Xuhui 静安区:Jingan 浦东新区:Pudong 长宁区:Changning 杨浦区:Yangpu',
    '北京|Beijing|北京市|1000|1|朝阳区:Chaoyang 海淀区:Haidian 东城区:Dongcheng 西城区:Xicheng',
    '广州|Guangzhou|广东省|5100|1|天河区:Tianhe 越秀区:Yuexiu 海珠区:Haizhu',
    '深圳|Shenzhen|广东省|5180|1|南山区:Nanshan 福田区:Futian 罗湖区:Luohu',
    '杭州|Hangzhou|浙江省|3100|2|西湖区:Xihu 拱墅区:Gongshu 滨江区:Binjiang',
    '成都|Chengdu|四川省|6100|2|锦江区:Jinjiang 武侯区:Wuhou 青羊区:Qingyang',
    '苏州|Suzhou|江苏省|2150|2|姑苏区:Gusu 虎丘区:Huqiu',
    '南京|Nanjing|江苏省|2100|2|鼓楼区:Gulou 玄武区:Xuanwu',
    '武汉|Wuhan|湖北省|4300|2|江汉区:Jianghan 武昌区:Wuchang',
    '西安|Xian|陕西省|7100|2|雁塔区:Yanta 碑林区:Beilin',
    '长沙|Changsha|湖南省|4100|2|芙蓉区:Furong 岳麓区:Yuelu',
    '青岛|Qingdao|山东省|2660|2|市南区:Shinan 崂山区:Laoshan',
    '宁波|Ningbo|浙江省|3150|2|海曙区:Haishu 鄞州区:Yinzhou',
    '厦门|Xiamen|福建省|3610|2|思明区:Siming 湖里区:Huli',
    '福州|Fuzhou|福建省|3500|3|鼓楼区:Gulou 台江区:Taijiang',
    '昆明|Kunming|云南省|6500|3|五华区:Wuhua 盘龙区:Panlong',
    '哈尔滨|Harbin|黑龙江省|1500|3|南岗区:Nangang 道里区:Daoli',
    '洛阳|Luoyang|河南省|4710|3|西工区:Xigong 涧西区:Jianxi',
  ].map(city),
  [
    '九龍|Kowloon|九龍||1|旺角:Mong_Kok 尖沙咀:Tsim_Sha_Tsui 觀塘:Kwun_Tong 深水埗:Sham_Shui_Po 九龍城:Kowloon_City',
    '香港島|Hong Kong Island|香港島||1|中環:Central 銅鑼灣:Causeway_Bay 鰂魚涌:Quarry_Bay 西環:Sai_Wan 柴灣:Chai_Wan',
    '新界|New Territories|新界||2|沙田:Sha_Tin 元朗:Yuen_Long 屯門:Tuen_Mun 大埔:Tai_Po 荃灣:Tsuen_Wan',
  ].map(city),
  [
    'London|London|Greater London|SW1|1|Clapham Richmond Islington Hackney Greenwich Ealing',
    'Manchester|Manchester|Greater Manchester|M2|1|Didsbury Chorlton Salford',
    'Birmingham|Birmingham|West Midlands|B1|1|Edgbaston Harborne Moseley',
    'Edinburgh|Edinburgh|Midlothian|EH|2|Leith Morningside Stockbridge',
    'Leeds|Leeds|West Yorkshire|LS|2|Headingley Horsforth',
    'Bristol|Bristol|Bristol|BS|2|Clifton Redland',
    'Glasgow|Glasgow|Lanarkshire|G1|2|Hillhead Shawlands',
    'Bath|Bath|Somerset|BA|3|Widcombe Bathwick',
    'York|York|North Yorkshire|YO1|3|Bootham Acomb',
    'Cardiff|Cardiff|South Glamorgan|CF|3|Roath Canton',
    'Brighton|Brighton|East Sussex|BN|3|Hove Kemptown',
    'Norwich|Norwich|Norfolk|NR|3|Eaton Thorpe',
    'Harrogate|Harrogate|North Yorkshire|HG|3|Bilton Starbeck',
    'Oxford|Oxford|Oxfordshire|OX|3|Jericho Headington',
  ].map(city),
]

const streets: readonly (readonly (readonly [local: string, latin: string])[])[] = [
  '衡山路:Hengshan_Rd 淮海中路:Huaihai_Middle_Rd 人民路:Renmin_Rd 中山北路:Zhongshan_North_Rd 解放路:Jiefang_Rd 建设路:Jianshe_Rd 文化路:Wenhua_Rd 和平街:Heping_St 新华路:Xinhua_Rd 长江路:Changjiang_Rd 黄河路:Huanghe_Rd 光明路:Guangming_Rd 幸福街:Xingfu_St 朝阳路:Chaoyang_Rd 湖滨路:Hubin_Rd 学院路:Xueyuan_Rd 友谊路:Youyi_Rd 青年路:Qingnian_Rd 花园路:Huayuan_Rd 滨河路:Binhe_Rd 梅园路:Meiyuan_Rd 桂花路:Guihua_Rd',
  "彌敦道:Nathan_Road 軒尼詩道:Hennessy_Road 英皇道:King's_Road 太子道西:Prince_Edward_Road_West 青山公路:Castle_Peak_Road 廣東道:Canton_Road 皇后大道中:Queen's_Road_Central 德輔道西:Des_Voeux_Road_West 鴨脷洲大街:Ap_Lei_Chau_Main_Street 大圍道:Tai_Wai_Road 康樂街:Hong_Lok_Street 福榮街:Fuk_Wing_Street 觀塘道:Kwun_Tong_Road 沙田正街:Sha_Tin_Centre_Street 屯門鄉事會路:Tuen_Mun_Heung_Sze_Wui_Road",
  'High_Street Station_Road Church_Lane Victoria_Road Park_Avenue Mill_Lane Queens_Road Kings_Road Green_Lane Manor_Drive The_Crescent Albert_Street Chestnut_Close Orchard_Way Grange_Road School_Lane North_Street Windsor_Gardens Alexandra_Terrace Springfield_Road Beech_Grove Castle_Street Elm_Road Highfield_Avenue Kingsway Priory_Walk',
].map((text) =>
  text.split(' ').map((entry) => {
    const [local, latin] = entry.replaceAll('_', ' ').split(':') as [string, string?]
    return [local, latin ?? local] as const
  }),
)

const estates = [
  ['富華大廈', 'Fu Wah House'],
  ['康怡花園', 'Kornhill Court'],
  ['碧瑤閣', 'Pik Yiu Mansion'],
  ['海景樓', 'Hoi King Building'],
  ['嘉湖居', 'Ka Wu Court'],
  ['翠屏苑', 'Tsui Ping Court'],
  ['德福樓', 'Tak Fuk House'],
] as const

/** An address in parts; numbers point into the lists above. */
export interface Address {
  market: Market
  city: number
  district: number
  street: number
  number: number
  building: number
  floor: number
  flat: number
}

const drawCity = cities.map((list) => weighted(list.map((_, i) => 1 / (i + 2))))

/** Draws an address; buyers live more in large cities (`urban` > 0) than the names on a list. */
export function drawAddress(rng: Random, market: Market, urban: number): Address {
  let chosen = (drawCity[market] as (r: Random) => number)(rng)
  const list = cities[market] as readonly City[]
  if ((list[chosen] as City).tier === 3 && rng.chance(urban))
    chosen = (drawCity[market] as (r: Random) => number)(rng)
  return {
    market,
    city: chosen,
    district: rng.int((list[chosen] as City).districts.length),
    street: rng.int((streets[market] as readonly unknown[]).length),
    number: rng.between(1, market === 2 ? 160 : 480),
    building: rng.between(1, market === 0 ? 28 : estates.length),
    floor: rng.between(1, market === 0 ? 28 : 36),
    flat: rng.between(1, market === 0 ? 4 : 8),
  }
}

export const cityOf = (address: Address): City =>
  (cities[address.market] as readonly City[])[address.city] as City

/** One line in the local script, or in Latin letters. */
export function addressLine(address: Address, latin: boolean): string {
  const { market, number, floor, building } = address
  const [localStreet, latinStreet] = (streets[market] as readonly (readonly [string, string])[])[
    address.street
  ] as readonly [string, string]
  const [localDistrict, latinDistrict] = cityOf(address).districts[address.district] as readonly [
    string,
    string,
  ]
  if (market === 2) return `${flatOf(address)}${number} ${localStreet}, ${localDistrict}`
  if (market === 1) {
    const [localEstate, latinEstate] = estates[building - 1] as (typeof estates)[number]
    const letter = String.fromCharCode(64 + address.flat)
    return latin
      ? `Flat ${letter}, ${floor}/F, ${latinEstate}, ${number} ${latinStreet}, ${latinDistrict}`
      : `${localDistrict}${localStreet}${number}號${localEstate}${floor}樓${letter}室`
  }
  const room = floor * 100 + address.flat
  return latin
    ? `Rm ${room}, Bldg ${building}, No. ${number} ${latinStreet}, ${latinDistrict}`
    : `${localDistrict}${localStreet}${number}号${building}幢${room}室`
}

/** One British house in eight is split into flats. */
const flatOf = ({ number, flat }: Address): string => (number % 8 === 0 ? `Flat ${flat}, ` : '')

/** Neighbours share it; null in Hong Kong. */
export function postcodeOf(address: Address): string | null {
  const { postcode } = cityOf(address)
  if (address.market === 1) return null
  if (address.market === 0)
    return `${postcode}${String(10 + ((address.district * 17 + address.street) % 80)).padStart(2, '0')}`
  const letters = 'ABDEFGHJLNPQRSTUWXYZ'
  const cell = (address.district * 131 + address.street * 17 + (address.number >> 4)) % 3600
  const area = /\d$/.test(postcode)
    ? `${postcode}${address.district}`
    : `${postcode}${1 + ((address.district * 5 + address.street) % 16)}`
  return `${area} ${cell % 9}${letters[Math.floor(cell / 9) % 20]}${letters[Math.floor(cell / 180) % 20]}`
}
