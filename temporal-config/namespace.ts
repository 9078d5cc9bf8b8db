// The search attributes that every saga sets, and their registration in a namespace. Idempotent; for external servers too.
import type { Connection } from '@temporalio/client';

/** Search attributes of sagas; all are of type Keyword. */
export const searchAttributes = ['SagaType', 'SagaStep', 'SagaState', 'TenantId', 'CorrelationId'] as const;

// IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD of temporal.api.enums.v1.
const keyword = 2;

/** Thrown when the server won't register them for us; `message` says what to do instead. */
export class SearchAttributesError extends Error {
  override name = 'SearchAttributesError';
}

/** Registers what is missing and answers the names added; [] when all were there. Throws SearchAttributesError. */
export async function registerSearchAttributes(connection: Connection, namespace: string): Promise<string[]> {
  const existing = await existingTypes(connection, namespace);
  const wrong = searchAttributes.filter(
    (name) => existing && existing[name] !== undefined && existing[name] !== keyword,
  );
  if (wrong.length > 0) {
    throw new SearchAttributesError(
      `${wrong.join(', ')} exist in namespace ${namespace} with another type than Keyword.`,
    );
  }
  const missing = searchAttributes.filter((name) => existing?.[name] === undefined);
  if (missing.length === 0) return [];
  try {
    await connection.operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(missing.map((name) => [name, keyword])),
    });
  } catch (error) {
    if (isAlreadyThere(error)) return [];
    throw new SearchAttributesError(
      `Namespace ${namespace} lacks the search attributes ${missing.join(', ')} (type Keyword) and the server does not let ` +
        `this connection add them (${reasonOf(error)}). Temporal Cloud: add them on the namespace's page of its web ` +
        `console or with \`tcld namespace search-attributes add\`; own server: with operator rights, ` +
        `\`temporal operator search-attribute create --namespace ${namespace} --name NAME --type Keyword\`.`,
    );
  }
  return missing;
}

/** Undefined when the server does not let us look: then adding is tried, and its answer counts. */
async function existingTypes(connection: Connection, namespace: string): Promise<Record<string, number> | undefined> {
  try {
    const answer = await connection.operatorService.listSearchAttributes({ namespace });
    return answer.customAttributes as Record<string, number>;
  } catch {
    return undefined;
  }
}

function isAlreadyThere(error: unknown): boolean {
  return (error as { code?: number }).code === 6;
}

function reasonOf(error: unknown): string {
  return (error as { details?: string }).details || (error instanceof Error ? error.message : String(error));
}
