/** How jest reads TypeScript: types are stripped, modules become CommonJS; `make check` does the type checking. */
module.exports = {
  presets: [['@babel/preset-typescript', { onlyRemoveTypeImports: true }]],
  plugins: ['@babel/plugin-transform-modules-commonjs'],
};
