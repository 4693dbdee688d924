import { kmsFromUri } from '@hammerwork/kms-providers';

const kms = await kmsFromUri('env:HAMMERWORK_MASTER_KEY', {
  env: { HAMMERWORK_MASTER_KEY: 'q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=' },
});
export const { ok, detail } = await kms.health();
