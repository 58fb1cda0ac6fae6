import { app } from '@azure/functions';
import { loadServices } from '../shared/composition/app.ts';
import { sweep } from '../shared/http/sweep.ts';

app.timer('expireTemporaryPasswords', {
  schedule: '%SWEEP_SCHEDULE%',
  runOnStartup: false,
  useMonitor: true,
  handler: sweep(loadServices),
});
