/** A region of CVM. `closed` regions take no new instances, and some SDKs still have constants for them. */
export interface RegionData {
  readonly id: string
  /** The code of the API before 2017-03-12, which 2017-03-12 takes, too (docs/behaviour.md#checks-of-the-region). */
  readonly short?: string
  readonly zh: string
  readonly en: string
  readonly closed?: true
  /** Its zones are numbered from 1. `firstId` is the number of the first one. */
  readonly zones?: ZoneData
}

interface ZoneData {
  readonly zh: string
  readonly en: string
  readonly count: number
  readonly firstId?: number
  readonly soldOut?: readonly number[]
}

/** In the order of the documented example: by the name. Names are those of the newest published answers. */
export const regionTable: readonly RegionData[] = [
  {
    id: 'ap-bangkok',
    short: 'th',
    zh: '亚太东南(曼谷)',
    en: 'Southeast Asia (Bangkok)',
    zones: { zh: '曼谷', en: 'Bangkok', count: 2, firstId: 230001 },
  },
  {
    id: 'ap-beijing',
    short: 'bj',
    zh: '华北地区(北京)',
    en: 'North China (Beijing)',
    zones: { zh: '北京', en: 'Beijing', count: 8, firstId: 800001, soldOut: [1, 2] },
  },
  {
    id: 'ap-beijing-fsi',
    short: 'bjjr',
    zh: '华北地区(北京金融)',
    en: 'North China (Beijing Finance)',
    zones: { zh: '北京金融', en: 'Beijing Finance', count: 2, firstId: 460001 },
  },
  {
    id: 'ap-chengdu',
    short: 'cd',
    zh: '西南地区(成都)',
    en: 'Southwest China (Chengdu)',
    zones: { zh: '成都', en: 'Chengdu', count: 2, firstId: 160001 },
  },
  {
    id: 'ap-chongqing',
    short: 'cq',
    zh: '西南地区(重庆)',
    en: 'Southwest China (Chongqing)',
    zones: { zh: '重庆', en: 'Chongqing', count: 1, firstId: 190001 },
  },
  {
    id: 'ap-guangzhou',
    short: 'gz',
    zh: '华南地区(广州)',
    en: 'South China (Guangzhou)',
    zones: { zh: '广州', en: 'Guangzhou', count: 7, firstId: 100001, soldOut: [1, 2] },
  },
  {
    id: 'ap-guangzhou-open',
    short: 'gzopen',
    zh: '华南地区(广州Open)',
    en: 'South China (Guangzhou Open)',
    closed: true,
  },
  {
    id: 'ap-hongkong',
    short: 'hk',
    zh: '港澳台地区(中国香港)',
    en: 'Hong Kong/Macao/Taiwan (Hong Kong, China)',
    zones: { zh: '香港', en: 'Hong Kong', count: 3, firstId: 300001, soldOut: [1] },
  },
  {
    id: 'ap-jakarta',
    short: 'jkt',
    zh: '亚太东南(雅加达)',
    en: 'Southeast Asia (Jakarta)',
    zones: { zh: '雅加达', en: 'Jakarta', count: 3, firstId: 720001 },
  },
  {
    id: 'ap-mumbai',
    short: 'in',
    zh: '亚太南部(孟买)',
    en: 'South Asia (Mumbai)',
    closed: true,
    zones: { zh: '孟买', en: 'Mumbai', count: 2, firstId: 210001 },
  },
  {
    id: 'ap-nanjing',
    short: 'nj',
    zh: '华东地区(南京)',
    en: 'East China (Nanjing)',
    zones: { zh: '南京', en: 'Nanjing', count: 3, firstId: 330001 },
  },
  {
    id: 'ap-seoul',
    short: 'kr',
    zh: '亚太东北(首尔)',
    en: 'Northeast Asia (Seoul)',
    zones: { zh: '首尔', en: 'Seoul', count: 2, firstId: 180001 },
  },
  {
    id: 'ap-shanghai',
    short: 'sh',
    zh: '华东地区(上海)',
    en: 'East China (Shanghai)',
    zones: { zh: '上海', en: 'Shanghai', count: 9, firstId: 200001, soldOut: [1, 6, 7] },
  },
  {
    id: 'ap-shanghai-adc',
    zh: '上海自动驾驶云',
    en: 'Shanghai (Autonomous Driving Cloud)',
    zones: { zh: '上海自动驾驶云', en: 'Shanghai ADC', count: 4, firstId: 780001 },
  },
  {
    id: 'ap-shanghai-fsi',
    short: 'shjr',
    zh: '华东地区(上海金融)',
    en: 'East China (Shanghai Finance)',
    zones: { zh: '上海金融', en: 'Shanghai Finance', count: 4, firstId: 700001 },
  },
  {
    id: 'ap-shenzhen-fsi',
    short: 'szjr',
    zh: '华南地区(深圳金融)',
    en: 'South China (Shenzhen Finance)',
    zones: { zh: '深圳金融', en: 'Shenzhen Finance', count: 3, firstId: 110001, soldOut: [3] },
  },
  {
    id: 'ap-singapore',
    short: 'sg',
    zh: '亚太东南(新加坡)',
    en: 'Southeast Asia (Singapore)',
    zones: { zh: '新加坡', en: 'Singapore', count: 4, firstId: 900001 },
  },
  {
    id: 'ap-tokyo',
    short: 'jp',
    zh: '亚太东北(东京)',
    en: 'Northeast Asia (Tokyo)',
    zones: { zh: '东京', en: 'Tokyo', count: 2, firstId: 250001 },
  },
  {
    id: 'ap-zhongwei',
    zh: '西北地区(中卫)',
    en: 'Northwest China (Zhongwei)',
    zones: { zh: '中卫', en: 'Zhongwei', count: 1 },
  },
  {
    id: 'eu-frankfurt',
    short: 'de',
    zh: '欧洲地区(法兰克福)',
    en: 'Europe (Frankfurt)',
    zones: { zh: '法兰克福', en: 'Frankfurt', count: 2, firstId: 170001 },
  },
  {
    id: 'eu-moscow',
    short: 'ru',
    zh: '欧洲地区(莫斯科)',
    en: 'Europe (Moscow)',
    closed: true,
    zones: { zh: '莫斯科', en: 'Moscow', count: 1, firstId: 240001 },
  },
  {
    id: 'me-saudi-arabia',
    zh: '中东地区(利雅得)',
    en: 'Middle East (Riyadh)',
    zones: { zh: '利雅得', en: 'Riyadh', count: 2, firstId: 1010001 },
  },
  {
    id: 'na-ashburn',
    short: 'use',
    zh: '美国东部(弗吉尼亚)',
    en: 'US East (Virginia)',
    zones: { zh: '弗吉尼亚', en: 'Virginia', count: 2, firstId: 220001 },
  },
  {
    id: 'na-siliconvalley',
    short: 'usw',
    zh: '美国西部(硅谷)',
    en: 'US West (Silicon Valley)',
    zones: { zh: '硅谷', en: 'Silicon Valley', count: 2, firstId: 150001 },
  },
  {
    id: 'na-toronto',
    short: 'ca',
    zh: '北美地区(多伦多)',
    en: 'North America (Toronto)',
    closed: true,
    zones: { zh: '多伦多', en: 'Toronto', count: 1, firstId: 400001 },
  },
  {
    id: 'sa-saopaulo',
    short: 'sao',
    zh: '南美地区(圣保罗)',
    en: 'South America (Sao Paulo)',
    zones: { zh: '圣保罗', en: 'Sao Paulo', count: 1, firstId: 740001 },
  },
]

/** Regions of edge sites and special clouds, which other services have, but not CVM. */
export const regionsWithoutCvm = [
  'ap-shenzhen',
  'ap-tianjin',
  'ap-taipei',
  'ap-qingyuan',
  'ap-qingyuan-xinan',
  'ap-guiyang',
  'ap-shenzhen-sycft',
  'ap-shanghai-ysx',
  'ap-jinan-ec',
  'ap-hangzhou-ec',
  'ap-fuzhou-ec',
  'ap-wuhan-ec',
  'ap-changsha-ec',
  'ap-shijiazhuang-ec',
  'ap-hefei-ec',
  'ap-shenyang-ec',
  'ap-xian-ec',
  'ap-xibei-ec',
  'ap-zhengzhou-ec',
]
