import { app } from '@azure/functions';
import { loadServices } from '../shared/composition/app.ts';
import { deliver } from '../shared/http/deliver.ts';

app.timer('deliverNotices', {
  schedule: '%NOTICE_SCHEDULE%',
  runOnStartup: false,
  useMonitor: true,
  handler: deliver(loadServices),
});
