// The import and export statements of a TypeScript file, read from its text: which module, and whether for types only.

/** One statement: the module as written, and whether it is an `import type` or `export type`. */
export type ImportStatement = { specifier: string; typeOnly: boolean };

/** All static import and re-export statements of a source text. */
export function importStatements(text: string): ImportStatement[] {
  const pattern = /^(?:import|export)\s+(type\s+)?(?:[\w*${},\s]+?\sfrom\s+)?['"]([^'"\n]+)['"]/gm;
  return [...text.matchAll(pattern)].map(([, type, specifier = '']) => ({ specifier, typeOnly: type !== undefined }));
}
