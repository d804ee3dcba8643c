-- a copy of a production database must not speak to a site: no credentials, nothing by itself,
-- and what waits is not sent
DELETE FROM integrator_secret;
UPDATE integrator_site
   SET automatic = false, connection_state = 'unknown', connection_message = NULL;
UPDATE integrator_task
   SET state = 'obsolete', error_message = 'Copy of a database: nothing is sent from here.'
 WHERE state IN ('waiting', 'ready', 'submitted', 'pending');
UPDATE integrator_fetch_request
   SET state = 'error', error_code = NULL, error_message = 'Copy of a database: nothing is fetched.'
 WHERE state = 'ready';
