// Naive models of people and of what they sign in with: see naive-models.ts.
import { list, sorted } from './loose.ts';
import type { NaiveModel } from './naive-models.ts';

export const user = (): NaiveModel => {
  let life: 'none' | 'there' | 'gone' = 'none';
  let email: unknown = '';
  return {
    accepts: (command) => (command === 'user.create' ? life === 'none' : life === 'there'),
    note: (command, data) => {
      if (command === 'user.delete') life = 'gone';
      else {
        life = 'there';
        email = data['email'] ?? email;
      }
    },
    expects: () => [life === 'gone', email],
    see: (state) => [state['deletedAt'] !== null, state['email']],
  };
};

const startsWith: Readonly<Record<string, readonly string[]>> = {
  admin: ['read', 'write', 'send', 'operate', 'raw', 'admin'],
  supervisor: ['read', 'write', 'send', 'operate'],
  agent: ['read', 'write', 'send'],
  viewer: ['read'],
};

export const agent = (): NaiveModel => {
  let isThere = false;
  let isActive = true;
  let signsIn = false;
  let isHuman = false;
  const may = new Set<unknown>();
  return {
    accepts: (command) => {
      if (command === 'agent.create') return !isThere;
      return isThere && (command !== 'agent.log_in' || (isActive && signsIn));
    },
    note: (command, data) => {
      if (command === 'agent.create') {
        isThere = true;
        isHuman = data['type'] === 'human';
        for (const one of list(data['permissions'] ?? startsWith[String(data['role'])])) may.add(one);
      }
      if (data['email'] !== undefined) signsIn = isHuman;
      if (command === 'agent.activate') isActive = true;
      else if (command === 'agent.deactivate') isActive = false;
      else if (command === 'agent.grant_permission') may.add(data['permission']);
      else if (command === 'agent.revoke_permission') may.delete(data['permission']);
    },
    expects: () => [isActive ? 'active' : 'inactive', sorted(may)],
    see: ({ status, permissions }) => [status, sorted(list(permissions))],
  };
};

export const agentSession = (): NaiveModel => {
  let isThere = false;
  let why: unknown = null;
  return {
    accepts: (command) => (command === 'agent_session.join') !== isThere,
    note: (command, data) => {
      if (command === 'agent_session.join') isThere = true;
      else why ??= data['reason'];
    },
    expects: () => why,
    see: (state) => state['leaveReason'],
  };
};

export const projectMember = (): NaiveModel => {
  let life: 'none' | 'there' | 'gone' = 'none';
  let isIn = false;
  let role: unknown = 'member';
  return {
    accepts: (command, data) => {
      if (command === 'project_member.invite') return life === 'none';
      if (life !== 'there') return false;
      if (command === 'project_member.accept') return !isIn;
      return role !== 'owner' || !isIn || data['otherOwners'] !== 0 || data['role'] === 'owner';
    },
    note: (command, data) => {
      if (command === 'project_member.accept') isIn = true;
      else if (command === 'project_member.remove') life = 'gone';
      else [life, role] = ['there', data['role']];
    },
    expects: () => [life === 'gone', isIn, role],
    see: (state) => [state['removedAt'] !== null, state['acceptedAt'] !== null, state['role']],
  };
};

export const credential = (): NaiveModel => {
  let isThere = false;
  let isOff = false;
  let isGone = false;
  return {
    // Of times and names of secrets this model knows nothing.
    accepts: (command) => {
      if (command === 'credential.create') return isThere ? false : undefined;
      if (!isThere || isGone) return false;
      if (command === 'credential.use' && isOff) return false;
      return command === 'credential.deactivate' || command === 'credential.expire' ? true : undefined;
    },
    note: (command) => {
      if (command === 'credential.create') isThere = true;
      else if (command === 'credential.delete') isOff = isGone = true;
      else if (command === 'credential.deactivate') isOff = true;
      else if (command === 'credential.activate') isOff = false;
    },
    expects: () => [isThere, isOff, isGone],
    see: ({ createdAt, status, deletedAt }) => [createdAt !== null, status === 'inactive', deletedAt !== null],
  };
};
