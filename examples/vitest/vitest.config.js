// Without a file here Vitest would read that of the checkout
export default {}
