// Who may import whom, each rule with its reason. `npm run check` runs it (ops/check-rules.ts). A rule whose name ends in
// `-at-run-time` lets `import type` pass; every other rule holds for types too.
const tests = '\\.test\\.ts$|^test/';
const product = '^(domain|db|workflows|activities|intake|workers|api|integrations|platform|temporal-config)/';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'domain-is-pure',
      severity: 'error',
      comment:
        'domain/ imports zod and itself: what a command does must be provable without a database, a clock or a network.',
      from: { path: '^domain/', pathNot: tests },
      to: { pathNot: ['^domain/', '^node_modules/zod/'] },
    },
    {
      name: 'workflows-are-alone-at-run-time',
      severity: 'error',
      comment:
        'workflows/ imports @temporalio/workflow, @temporalio/common and itself: anything else is loaded again for every cached ' +
        'workflow (the catalogue costs 6 MiB each) and may not be deterministic. `import type` costs nothing and is fine.',
      from: { path: '^workflows/', pathNot: tests },
      to: { pathNot: ['^workflows/', '^node_modules/@temporalio/(workflow|common)/'] },
    },
    {
      name: 'api-knows-no-workers',
      severity: 'error',
      comment:
        'api/ hands work over through the outbox or a workflow start, never by calling what runs in another process.',
      from: { path: '^api/', pathNot: tests },
      to: { path: '^(workers|activities)/' },
    },
    {
      name: 'api-knows-no-broker',
      severity: 'error',
      comment:
        'The API never talks to RabbitMQ: an event that is published but not committed, or the other way round, would follow.',
      from: { path: '^api/', pathNot: tests },
      to: { path: '^node_modules/(amqplib|@types/amqplib)/' },
    },
    {
      name: 'product-knows-no-tools',
      severity: 'error',
      comment: 'Product code runs without client/, ops/ and test/: a deployment has none of them.',
      from: { path: product, pathNot: tests },
      to: { path: '^(client|ops|test)/' },
    },
    {
      name: 'client-stands-alone',
      severity: 'error',
      comment: 'Integrators take client/ along: it knows the API by its document alone.',
      from: { path: '^client/' },
      to: { pathNot: ['^client/', '^node_modules/(openapi-fetch|eventsource-parser)/'] },
    },
    {
      name: 'platform-knows-no-business',
      severity: 'error',
      comment: 'platform/ holds what has no business meaning; of the domain it may use the kernel only.',
      from: { path: '^platform/', pathNot: tests },
      to: { path: '^(db|workflows|activities|intake|workers|api|integrations|domain/(?!kernel/))' },
    },
    {
      name: 'integrations-know-no-store',
      severity: 'error',
      comment: "integrations/ is an outside system's contract and client: storing and deciding is for others.",
      from: { path: '^integrations/', pathNot: tests },
      to: { path: '^(db|workflows|activities|intake|workers|api)/' },
    },
    {
      name: 'db-knows-no-callers',
      severity: 'error',
      comment: 'db/ is called by everyone and calls nobody above it.',
      from: { path: '^db/', pathNot: tests },
      to: { path: '^(workflows|activities|intake|workers|api|integrations)/' },
    },
    {
      name: 'no-cycles-at-run-time',
      severity: 'error',
      comment: 'A cycle leaves one of its modules half loaded; what two modules share belongs in a third.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'resolvable',
      severity: 'error',
      comment: 'Every import names a file or an installed package.',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'declared',
      severity: 'error',
      comment: 'A package that is used stands in package.json: one that came along with another may go with it.',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'no-development-packages-in-product',
      severity: 'error',
      comment: 'A deployment installs without devDependencies.',
      from: { path: product, pathNot: tests },
      to: { dependencyTypes: ['npm-dev'] },
    },
  ],
  options: {
    // TypeScript 7 has no parser for other programs and swc no visitor any more; acorn reads the imports, types included.
    // ops/checks/folder-rules.ts compares with the text, so that an import that acorn misses is an error too.
    parser: 'acorn',
    preserveSymlinks: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(\\.cache|\\.data)/' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.mjs', '.js', '.cjs', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types', 'default'],
    },
  },
};
