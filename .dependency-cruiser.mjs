const PLUG_IN = "^lib/(engines|storage|notify)/[^/]+";

/** What plug-ins of one kind share: promises, decorators, helpers without a type of their own, families of types. */
const SHARED =
  "^lib/(engines|storage|notify)/((types|contract|faulty|explain|with-[^/]+|object-path|local-root|patience|probe-steps)\\.ts$|family-[^/]+/)";

/** The walls of the house. Each is proven to bite by scripts/walls.test.ts. @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    {
      name: "1-core-is-pure",
      comment: "lib/core runs in the browser: zod, the date libraries, itself.",
      severity: "error",
      from: { path: "^lib/core/", pathNot: "\\.test\\.ts$" },
      to: { pathNot: "^lib/core/|^node_modules/(zod|cron-parser|date-fns|date-fns-tz)/|^package\\.json$" },
    },
    {
      name: "2-data-plane-knows-no-product",
      comment:
        "Engines, storage, channels, streams and pipeline never see the database, use cases, tasks or the web.",
      severity: "error",
      from: { path: "^lib/(engines|storage|notify|streams|pipeline)/", pathNot: "\\.test\\.ts$" },
      to: {
        path: "^(app|components|worker)/|^lib/(db|features|tasks|web)/|^node_modules/(next|react|react-dom|next-auth|next-intl|prisma|@prisma/[^/]+|server-only)/",
      },
    },
    {
      name: "3-plug-ins-do-not-meet",
      comment:
        "A plug-in is <name>.ts with its <name>-*.ts or <name>/. It shares promises and helpers, never another plug-in.",
      severity: "error",
      from: { path: `^lib/(engines|storage|notify)/(?!registry\\.ts$)([a-z0-9]+)`, pathNot: "\\.test\\.ts$" },
      to: { path: PLUG_IN, pathNot: ["^lib/$1/$2([-./]|$)", SHARED] },
    },
    {
      name: "3-callers-ask-the-registry",
      severity: "error",
      from: { pathNot: "^lib/(engines|storage|notify)/|^(e2e|scripts)/|\\.test\\.tsx?$" },
      to: { path: PLUG_IN, pathNot: [SHARED, "^lib/(engines|storage|notify)/registry\\.ts$"] },
    },
    {
      name: "4-use-cases-know-no-edge",
      severity: "error",
      from: { path: "^lib/(features|tasks|db)/", pathNot: "\\.test\\.tsx?$" },
      to: {
        path: "^(app|components|worker)/|^lib/web/|^node_modules/(next|react|react-dom|next-auth|next-intl|server-only)/",
      },
    },
    {
      name: "5-only-app-knows-web",
      severity: "error",
      from: { pathNot: "^(app/|lib/web/|proxy\\.ts$|instrumentation\\.ts$|i18n/)" },
      to: { path: "^lib/web/" },
    },
    {
      name: "5-server-only-stays-in-web",
      comment: "A worker cannot load it.",
      severity: "error",
      from: { pathNot: "^(app|lib/web)/" },
      to: { path: "^node_modules/server-only/" },
    },
    {
      name: "6-app-knows-no-worker",
      severity: "error",
      from: { path: "^(app|components)/" },
      to: { path: "^worker/" },
    },
    {
      name: "6-worker-knows-no-app",
      severity: "error",
      from: { path: "^worker/" },
      to: { path: "^(app|components)/|^lib/web/|^node_modules/(next|react|react-dom)/" },
    },
    {
      name: "7-pages-go-through-use-cases",
      comment: "app and components import neither the database nor the data plane.",
      severity: "error",
      from: { path: "^(app|components)/", pathNot: "\\.test\\.tsx?$" },
      to: {
        path: "^lib/(db|engines|storage|notify|streams|pipeline|tasks)/|^node_modules/(pg|@prisma/[^/]+|graphile-worker)/",
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "7-components-know-schemas-only",
      comment: "Of a feature, a component takes the schema, and types.",
      severity: "error",
      from: { path: "^components/", pathNot: "\\.test\\.tsx?$" },
      to: { path: "^lib/features/", pathNot: "/schema\\.ts$", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "8-no-cycle",
      comment: "Types included: a ring of types is a ring of thoughts.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "8-no-cycle-between-features",
      severity: "error",
      scope: "folder",
      from: { path: "^lib/features/[^/]+$" },
      to: { circular: true },
    },
    {
      name: "8-nothing-unresolved",
      comment: "A wall guards nothing that it cannot see.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: "^node_modules|^lib/db/generated" },
    // A test's set-up counts as the test.
    exclude: { path: "\\.test\\.tsx?$|(^|[/-])under-test\\.ts$|\\.next/|^lib/db/generated/.+/|\\.css$" },
    // The TypeScript 7 compiler has no interface for tools; this parser sees types and values alike.
    parser: "swc",
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "types", "default", "require"],
      extensions: [".ts", ".tsx", ".mjs", ".js", ".json"],
    },
  },
};
