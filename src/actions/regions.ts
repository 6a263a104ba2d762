/** Regions that are open to every account, with some of their zones (docs/behaviour.md#regions-and-zones). */
export const regions = [
  region('ap-guangzhou', 'South China (Guangzhou)', 'Guangzhou', 100000, [2, 3, 4, 6, 7]),
  region('ap-shanghai', 'East China (Shanghai)', 'Shanghai', 200000, [2, 4, 5]),
  region('ap-beijing', 'North China (Beijing)', 'Beijing', 800000, [2, 3, 5, 6, 7]),
  region('ap-hongkong', 'Hong Kong, Macao and Taiwan, China (Hong Kong)', 'Hong Kong', 300000, [2, 3]),
  region('ap-singapore', 'Southeast Asia (Singapore)', 'Singapore', 900000, [2, 3, 4]),
  region('na-siliconvalley', 'Western US (Silicon Valley)', 'Silicon Valley', 150000, [1, 2]),
]

/** The id of a zone is its number, counted from the first id of its region. */
function region(code: string, name: string, city: string, firstId: number, numbers: readonly number[]) {
  const zones = numbers.map((number) => ({
    zone: `${code}-${number}`,
    name: `${city} Zone ${number}`,
    id: `${firstId + number}`,
  }))
  return { region: code, name, zones }
}
