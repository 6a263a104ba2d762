// The page is told where the emulator is: index.html?emulator=http://127.0.0.1:9000
const emulator = new URLSearchParams(location.search).get('emulator') ?? 'http://127.0.0.1:8213'

const calls = {
  '2017-03-12': (KeyName) => {
    const query = new URLSearchParams({ Action: 'CreateKeyPair', Version: '2017-03-12', KeyName, ProjectId: 0 })
    return fetch(`${emulator}/v2/index.php?${query}`)
  },
  '3.0': (KeyName, more) => {
    const headers = { 'X-TC-Action': 'CreateKeyPair', 'X-TC-Version': '2017-03-12', ...more }
    return fetch(emulator, { method: 'POST', headers, body: JSON.stringify({ KeyName, ProjectId: 0 }) })
  },
}

document.addEventListener('click', async ({ target: { dataset } }) => {
  if (!dataset.version) return
  const more = {
    ...(dataset.error && { 'X-Emulator-Error': dataset.error }),
    ...(dataset.delay && { 'X-Emulator-Delay': dataset.delay }),
  }
  const begun = performance.now()
  const { Response } = await (await calls[dataset.version](document.querySelector('#name').value, more)).json()
  const item = document.createElement('li')
  item.textContent = Response.Error ? `${Response.Error.Code}: ${Response.Error.Message}` : Response.KeyPair.PublicKey
  item.dataset.milliseconds = Math.round(performance.now() - begun)
  document.querySelector('#answers').append(item)
})
