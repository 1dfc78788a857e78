import { type Random, weighted } from './random.ts'

/** A person's name in every form it is written in. Forms that do not exist are empty. */
export interface PersonName {
  /** Chinese characters: simplified on the mainland, traditional in Hong Kong. */
  hanFamily: string
  hanGiven: string
  /** Latin letters: pinyin, Cantonese romanisation or British. */
  family: string
  given: string
  /** The English forename that Hong Kong people carry beside it. */
  english: string
}

export type NameStyle = 'mainland' | 'hong-kong' | 'british'
export type Gender = 'f' | 'm'

type Pair = readonly [han: string, latin: string]
const pairs = (text: string): Pair[] => text.split(' ').map((entry) => entry.split(':') as unknown as Pair)
const words = (text: string): string[] => text.split(' ')
/** Common names first: the n-th is met about 1/n^0.8 as often as the first. */
const ranked = (list: readonly unknown[]) => weighted(list.map((_, i) => (i + 2) ** -0.8))

const mainlandFamilies = pairs(
  '王:Wang 李:Li 张:Zhang 刘:Liu 陈:Chen 杨:Yang 黄:Huang 赵:Zhao 吴:Wu 周:Zhou 徐:Xu 孙:Sun 马:Ma 朱:Zhu 胡:Hu 郭:Guo 何:He 林:Lin 高:Gao 罗:Luo 郑:Zheng 梁:Liang 谢:Xie 宋:Song 唐:Tang 许:Xu 韩:Han 冯:Feng 邓:Deng 曹:Cao 彭:Peng 曾:Zeng 肖:Xiao 田:Tian 董:Dong 袁:Yuan 潘:Pan 于:Yu 蒋:Jiang 蔡:Cai 余:Yu 杜:Du 叶:Ye 程:Cheng 苏:Su 魏:Wei 吕:Lv 丁:Ding 任:Ren 沈:Shen 姚:Yao 卢:Lu 姜:Jiang 崔:Cui 钟:Zhong 谭:Tan 陆:Lu 汪:Wang 范:Fan 金:Jin 石:Shi 廖:Liao 贾:Jia 夏:Xia 韦:Wei 付:Fu 方:Fang 白:Bai 邹:Zou 孟:Meng 熊:Xiong 秦:Qin 邱:Qiu 江:Jiang 尹:Yin 薛:Xue 闫:Yan 段:Duan 雷:Lei 欧阳:Ouyang',
)
const mainlandGiven: Record<Gender, Pair[]> = {
  f: pairs(
    '芳:fang 娜:na 敏:min 静:jing 丽:li 艳:yan 娟:juan 霞:xia 秀:xiu 英:ying 华:hua 慧:hui 玲:ling 婷:ting 雪:xue 梅:mei 琳:lin 欣:xin 怡:yi 佳:jia 颖:ying 洁:jie 倩:qian 莉:li 蕾:lei 萍:ping 红:hong 月:yue 晓:xiao 雨:yu 思:si 梦:meng 子:zi 涵:han 诗:shi 琪:qi 妍:yan 语:yu 嘉:jia 云:yun 凤:feng 兰:lan 珍:zhen 文:wen 瑶:yao 宁:ning 晨:chen 春:chun',
  ),
  m: pairs(
    '伟:wei 强:qiang 磊:lei 军:jun 洋:yang 勇:yong 杰:jie 涛:tao 明:ming 超:chao 刚:gang 平:ping 辉:hui 鹏:peng 飞:fei 鑫:xin 波:bo 斌:bin 宇:yu 浩:hao 凯:kai 健:jian 俊:jun 帆:fan 帅:shuai 旭:xu 文:wen 志:zhi 国:guo 建:jian 华:hua 海:hai 子:zi 轩:xuan 博:bo 天:tian 晓:xiao 东:dong 林:lin 峰:feng 龙:long 亮:liang 泽:ze 思:si 远:yuan 嘉:jia 宁:ning 松:song',
  ),
}
const hongKongFamilies = pairs(
  '陳:Chan 黃:Wong 李:Lee 梁:Leung 張:Cheung 林:Lam 吳:Ng 劉:Lau 何:Ho 鄭:Cheng 王:Wong 鄧:Tang 葉:Yip 馬:Ma 周:Chow 徐:Tsui 郭:Kwok 楊:Yeung 曾:Tsang 羅:Law 余:Yu 謝:Tse 許:Hui 蔡:Choi 朱:Chu 胡:Wu 馮:Fung 蘇:So 潘:Poon 譚:Tam 麥:Mak 杜:To 鍾:Chung 盧:Lo 程:Ching 莫:Mok 伍:Ng 方:Fong 戴:Tai 關:Kwan 姚:Yiu 施:Sze 區:Au 文:Man 趙:Chiu 江:Kong 孫:Suen 簡:Kan 歐陽:Auyeung 黎:Lai',
)
const hongKongGiven: Record<Gender, Pair[]> = {
  f: pairs(
    '嘉:Ka 美:Mei 慧:Wai 玲:Ling 詠:Wing 儀:Yee 敏:Man 珊:Shan 欣:Yan 思:Sze 婷:Ting 雅:Nga 文:Man 芳:Fong 麗:Lai 娟:Kuen 潔:Kit 穎:Wing 樂:Lok 寶:Po 淑:Suk 貞:Ching 雯:Man 琪:Ki 彤:Tung 妍:Yin 恩:Yan 蓮:Lin 惠:Wai 芬:Fun',
  ),
  m: pairs(
    '家:Ka 偉:Wai 文:Man 志:Chi 明:Ming 強:Keung 俊:Chun 傑:Kit 國:Kwok 華:Wah 子:Tsz 健:Kin 輝:Fai 浩:Ho 天:Tin 樂:Lok 榮:Wing 德:Tak 康:Hong 永:Wing 耀:Yiu 安:On 達:Tat 成:Shing 恒:Hang 朗:Long 禮:Lai 賢:Yin 雄:Hung 銘:Ming',
  ),
}
const hongKongEnglish: Record<Gender, string[]> = {
  f: words(
    'Amy Winnie Carmen Joyce Karen Mandy Fiona Yvonne Janice Vivian Grace Christine Doris Eva Flora Gloria Helen Iris Jenny Kelly Maggie Nicole Peggy Queenie Rita Sandy Tracy Vicky Wendy Zoe',
  ),
  m: words(
    'Peter Kelvin Jacky Eric Raymond Andy Ken Alan Benny Calvin Dennis Edmond Felix Gary Henry Ivan Jason Kevin Leo Matthew Nelson Oscar Patrick Ricky Simon Tony Victor William Wilson Vincent',
  ),
}
const britishFamilies = words(
  "Smith Jones Williams Taylor Brown Davies Evans Wilson Thomas Roberts Johnson Lewis Walker Robinson Wood Thompson White Watson Jackson Wright Green Harris Cooper King Lee Martin Clarke James Morgan Hughes Edwards Hill Moore Clark Harrison Scott Young Morris Hall Ward Turner Carter Phillips Mitchell Patel Adams Campbell Anderson Allen Cook Bailey Parker Miller Davis Murphy Price Bell Baker Griffiths Kelly Simpson Marshall Collins Bennett Cox Richardson Fox Gray Rose Chapman Hunt Robertson Shaw Reynolds Lloyd Ellis Richards Russell Wilkinson Khan Graham Stewart Reid Murray Powell Palmer Holmes Rogers Stevens Walsh Hunter Thomson Matthews Ross Owen Mason Knight Kennedy Butler Saunders Cole Pearce Dean Foster Harvey Hudson Gibson Mills Berry Barnes Singh Begum Hussain Ahmed O'Brien O'Connor MacDonald McKenzie Hamilton Fraser Crawford Burns Whitehead Pritchard Fletcher Barker Pemberton Ashworth Holloway Lowe Sutton Nicholson Hargreaves Thornton Sharma Okafor Mensah Kowalski Novak",
)
const britishGiven: Record<Gender, string[]> = {
  f: words(
    'Margaret Susan Sarah Emma Claire Karen Jane Helen Laura Rebecca Elizabeth Catherine Rachel Amy Sophie Charlotte Hannah Olivia Lucy Jessica Alison Fiona Joanne Nicola Tracey Julie Deborah Patricia Linda Christine Victoria Kate Anna Zoë Renée Siân Chloë Eleanor Grace Alice Ruth Frances Heather Lorna Priya Aisha Fatima Gemma Holly Megan Bethany Georgia Isabel Imogen Harriet Rosemary Gillian Wendy Yvonne Amelia',
  ),
  m: words(
    'David John Michael Paul Andrew Peter James Robert Stephen Mark Richard Christopher Simon Matthew Daniel Thomas Philip Ian Alan Kevin Graham Keith Anthony Colin Martin Neil Stuart Gareth Rhys Owen Callum Hamish Duncan Angus Benjamin Samuel Joseph Edward George Henry William Oliver Jack Harry Alexander Nicholas Timothy Jonathan Adam Luke Ryan Sean Patrick Mohammed Imran Raj Kwame Piotr Rory Gavin',
  ),
}

const drawMainlandFamily = ranked(mainlandFamilies)
const drawHongKongFamily = ranked(hongKongFamilies)
const drawBritishFamily = ranked(britishFamilies)
const drawBritishGiven = ranked(britishGiven.f)
const drawMainlandGiven = ranked(mainlandGiven.f)
const drawHongKongGiven = ranked(hongKongGiven.f)

/** Draws a name; `family` of another person is kept where it is given (spouses in Britain, children everywhere). */
export function drawName(rng: Random, style: NameStyle, gender: Gender, kin?: PersonName): PersonName {
  if (style === 'mainland') return mainlandName(rng, gender, kin)
  if (style === 'hong-kong') return hongKongName(rng, gender, kin)
  const given = britishGiven[gender][drawBritishGiven(rng)] as string
  const family = kin?.family ?? (britishFamilies[drawBritishFamily(rng)] as string)
  return { hanFamily: '', hanGiven: '', family, given, english: '' }
}

function mainlandName(rng: Random, gender: Gender, kin?: PersonName): PersonName {
  const [hanFamily, family] = familyOf(kin) ?? (mainlandFamilies[drawMainlandFamily(rng)] as Pair)
  const characters = Array.from(
    { length: rng.chance(0.22) ? 1 : 2 },
    () => mainlandGiven[gender][drawMainlandGiven(rng)] as Pair,
  )
  return {
    hanFamily,
    hanGiven: characters.map(([han]) => han).join(''),
    family,
    given: capital(characters.map(([, latin]) => latin).join('')),
    english: '',
  }
}

function hongKongName(rng: Random, gender: Gender, kin?: PersonName): PersonName {
  const [hanFamily, family] = familyOf(kin) ?? (hongKongFamilies[drawHongKongFamily(rng)] as Pair)
  const characters = Array.from(
    { length: rng.chance(0.06) ? 1 : 2 },
    () => hongKongGiven[gender][drawHongKongGiven(rng)] as Pair,
  )
  return {
    hanFamily,
    hanGiven: characters.map(([han]) => han).join(''),
    family,
    given: characters.map(([, latin]) => latin).join(' '),
    english: rng.chance(0.7) ? rng.pick(hongKongEnglish[gender]) : '',
  }
}

const familyOf = (kin?: PersonName): Pair | undefined =>
  kin?.hanFamily ? [kin.hanFamily, kin.family] : undefined
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** The name in characters, family first; empty when there is none. */
export const hanName = (name: PersonName): string => name.hanFamily + name.hanGiven

/** The name in Latin letters as its owner writes it: Wang Xiaoming; CHAN Ka Wai, Peter; Zoë Taylor. */
export function latinName(name: PersonName, style: NameStyle): string {
  if (style === 'british') return `${name.given} ${name.family}`
  if (style === 'mainland') return `${name.family} ${name.given}`
  const full = `${name.family.toUpperCase()} ${name.given}`
  return name.english ? `${full}, ${name.english}` : full
}

const bySound = new Map<string, string[]>()
for (const list of [
  mainlandFamilies,
  mainlandGiven.f,
  mainlandGiven.m,
  hongKongFamilies,
  hongKongGiven.f,
  hongKongGiven.m,
]) {
  for (const [han, latin] of list) {
    const sound = latin.toLowerCase()
    const known = bySound.get(sound)
    if (known === undefined) bySound.set(sound, [han])
    else if (!known.includes(han)) known.push(han)
  }
}
const homophones = new Map(
  [...bySound.values()].flatMap((list) =>
    list.map((han) => [han, list.filter((other) => other !== han)] as const),
  ),
)

/** Characters that sound the same and are mistaken for it. */
export const homophonesOf = (character: string): readonly string[] => homophones.get(character) ?? []
