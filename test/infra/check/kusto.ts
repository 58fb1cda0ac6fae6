import { createRequire } from 'node:module';

/** The compiler of Kusto queries, over the tables that alerts and workbook ask. */

/** The columns for `Table.From`. See learn.microsoft.com/azure/azure-monitor/reference/tables. */
const TABLES: Readonly<Record<string, string>> = {
  AppMetrics: `(TimeGenerated:datetime, Name:string, Sum:real, Max:real, Min:real, ItemCount:int,
    Properties:dynamic, AppRoleInstance:string, AppRoleName:string, AppVersion:string,
    OperationId:string, _ResourceId:string)`,
  AppTraces: `(TimeGenerated:datetime, Message:string, SeverityLevel:int, ItemCount:int,
    Properties:dynamic, AppRoleInstance:string, AppRoleName:string, AppVersion:string,
    OperationId:string, OperationName:string, ParentId:string, _ResourceId:string)`,
  AppRequests: `(TimeGenerated:datetime, Name:string, ResultCode:string, Success:bool,
    DurationMs:real, Url:string, ItemCount:int, Properties:dynamic, AppRoleInstance:string,
    AppRoleName:string, AppVersion:string, Id:string, OperationId:string, OperationName:string,
    _ResourceId:string)`,
  AppDependencies: `(TimeGenerated:datetime, Name:string, DependencyType:string, Target:string,
    Data:string, ResultCode:string, Success:bool, DurationMs:real, ItemCount:int,
    Properties:dynamic, AppRoleInstance:string, Id:string, OperationId:string, ParentId:string)`,
  _LogOperation: `(TimeGenerated:datetime, Category:string, Operation:string, Level:string,
    Detail:string, _ResourceId:string)`,
};

/** The used part of the library, which is compiled from C#. */
interface List<T> {
  readonly Count: number;
  getItem(index: number): T;
}
interface Diagnostic {
  readonly Message: string;
  readonly Severity: string;
}
interface Kusto {
  readonly Language: {
    readonly KustoCode: {
      ParseAndAnalyze(text: string, globals: unknown): { GetDiagnostics(): List<Diagnostic> };
    };
    readonly GlobalState: {
      readonly Default: { WithDatabase(database: unknown): unknown };
    };
    readonly Symbols: {
      readonly TableSymbol: { From(schema: string): { WithName(name: string): unknown } };
      readonly DatabaseSymbol: { $ctor1: new (name: string, tables: unknown) => unknown };
    };
  };
}

function load(): Kusto {
  const require = createRequire(import.meta.url);
  // Both put what they have into the global scope.
  require('@kusto/language-service-next/bridge.min.js');
  require('@kusto/language-service-next/Kusto.Language.Bridge.min.js');
  return (globalThis as unknown as { readonly Kusto: Kusto }).Kusto;
}

const { KustoCode, GlobalState, Symbols } = load().Language;
const tables = Object.entries(TABLES).map(([name, schema]) =>
  Symbols.TableSymbol.From(schema).WithName(name),
);
const globals = GlobalState.Default.WithDatabase(
  new Symbols.DatabaseSymbol.$ctor1('workspace', tables),
);

/** Returns what the compiler has against a query; none when it is sound. */
export function faultsIn(query: string): readonly string[] {
  const found = KustoCode.ParseAndAnalyze(query, globals).GetDiagnostics();
  return Array.from({ length: found.Count }, (_, index) => found.getItem(index).Message);
}

/** Returns the tables that a query names, without its comments. */
export function tablesIn(query: string): readonly string[] {
  const code = query.replaceAll(/^\s*\/\/.*$/gm, '');
  return Object.keys(TABLES).filter((name) => new RegExp(`\\b${name}\\b`).test(code));
}
