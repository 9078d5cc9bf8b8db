// Database roles with a password, made or brought up to date by a connection that may do so.
import type { Client } from 'pg';

/** Owner of the schema: runs the migrations, which make the two application roles. Not a superuser. */
export const ownerRole = 'messaging_owner';

/** The roles of the program's processes; row-level security applies to both. */
export const applicationRoles = ['app_user', 'app_system'] as const;

/** Makes `role` able to log in with `password`; `rights` is what else it gets, such as CREATEROLE. Both come from this program only. */
export async function ensureRole(admin: Client, role: string, password: string, rights = ''): Promise<void> {
  const found = await admin.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [role]);
  const verb = found.rowCount ? 'ALTER' : 'CREATE';
  await admin.query(
    `${verb} ROLE ${admin.escapeIdentifier(role)} LOGIN ${rights} PASSWORD ${admin.escapeLiteral(password)}`,
  );
}

/** The same server and, unless named, the same database as `url`, as another role. */
export function urlAs(url: string, role: string, password: string, database?: string): string {
  const other = new URL(url);
  other.username = role;
  other.password = password;
  if (database) other.pathname = `/${database}`;
  return other.href;
}
