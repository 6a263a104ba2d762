/** Regions that are open to every account, with some of their zones (docs/behaviour.md#regions-and-zones). */
export const regions: readonly { readonly region: string; readonly name: string; readonly zones: readonly Zone[] }[] = [
  region('ap-guangzhou', 'South China (Guangzhou)', 'Guangzhou', {
    2: 100002,
    3: 100003,
    4: 100004,
    6: 100006,
    7: 100007,
  }),
  region('ap-shanghai', 'East China (Shanghai)', 'Shanghai', { 2: 200002, 4: 200004, 5: 200005 }),
  region('ap-beijing', 'North China (Beijing)', 'Beijing', { 2: 800002, 3: 800003, 5: 800005, 6: 800006, 7: 800007 }),
  region('ap-hongkong', 'Hong Kong, Macao and Taiwan, China (Hong Kong)', 'Hong Kong', { 2: 300002, 3: 300003 }),
  region('ap-singapore', 'Southeast Asia (Singapore)', 'Singapore', { 2: 900002, 3: 900003, 4: 900004 }),
  region('na-siliconvalley', 'Western US (Silicon Valley)', 'Silicon Valley', { 1: 150001, 2: 150002 }),
]

interface Zone {
  readonly zone: string
  readonly name: string
  readonly id: string
}

function region(code: string, name: string, city: string, zones: Readonly<Record<number, number>>) {
  return {
    region: code,
    name,
    zones: Object.entries(zones).map(([number, id]) => ({
      zone: `${code}-${number}`,
      name: `${city} Zone ${number}`,
      id: `${id}`,
    })),
  }
}
