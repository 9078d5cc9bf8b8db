// What the README shows of the client; a test runs it.
import { ApiProblem, createClient, dataOf, each } from './index.ts';

/** Makes a contact, changes it as it was read, and lists those like it. */
export async function example(baseUrl: string, token: string): Promise<string[]> {
  const api = createClient({ baseUrl, token });
  const [project] = (await dataOf(api.GET('/v1/projects'))).data;
  if (!project) throw new Error('There is no project yet.');

  const body = { projectId: project.id, name: 'Ana Souza', tags: ['vip'] };
  const { id, sequence } = await dataOf(api.POST('/v1/contacts', { body }));

  try {
    const header = { 'If-Match': `"${sequence}"` };
    await api.PATCH('/v1/contacts/{id}', { params: { path: { id }, header }, body: { language: 'pt-BR' } });
  } catch (error) {
    if (!(error instanceof ApiProblem) || error.code !== 'precondition_failed') throw error;
    console.warn('Somebody else changed the contact meanwhile.');
  }

  const names: string[] = [];
  const vips = (cursor?: string) => api.GET('/v1/contacts', { params: { query: { tag: 'vip', cursor } } });
  for await (const { name } of each(vips)) names.push(name ?? 'erased');
  return names;
}
