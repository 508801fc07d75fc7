package dev.interlock.effect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tools whose verb reads and that do more, as one word or another tells; and tools that only look like them. */
class InferenceTrapsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // Verbs that the lexicon does not know, and that are no plurals.
                "annihilate      | annihilates",
                "frobnicate      | Frobnicates",
                "zorp            | zorps.",
                // Jobs.
                "analyze_data    | Analyzes the dataset, writing the results to a table",
                "profile_table   | Profiles a table; the profile is stored",
                "evaluate_model  | Evaluates a model and logs the metrics",
                "evaluate_prompt | Evaluates a prompt by sending it to the model",
                "check_updates   | Checks for updates and installs them",
                "measure_load    | Measures the load by running a load test",
                "diagnose_host   | Diagnoses a host. Restarts the agent if it hangs.",
                "assess_site     | Assesses a site and files an issue for each finding",
                "analyze_logs    | Analyze logs and create a report",
                "get_audit       | Runs an audit of the site",
                "audit_packages  | Audits packages for known problems",
                "scan_ports      | Scans open ports of a host",
                "find_patterns   | Searches logs, waits for the analysis to complete, and returns what it found",
                "check_links     | Checks links of a site. Starts a background job and returns its id.",
                "check_links     | Checks links of a site in the background",
                "check_links     | Checks links of a site asynchronously; returns a job id to poll",
                "check_site      | Checks a site. The scan is recorded.",
                "predict_price   | Predicts a price with a model that it trains first",
                // Copies.
                "get_mail        | Gets new mail from the server into the local mailbox",
                "git_fetch       | Fetches changes from the remote repository",
                "fetch_updates   | Fetches updates from upstream",
                "fetch_dataset   | Fetches a dataset to disk",
                "fetch_messages  | Fetches new messages into the local database",
                "extract_text    | Extracts text from a document to a file",
                "get_file        | Downloads a file",
                "sync_calendar   | Syncs the calendar and returns events",
                "analyze_image   | Uploads an image and analyzes it",
                "get_url         | Returns a presigned URL to upload a file",
                "get_table       | Retrieves a table to a local copy",
                "get_table       | Retrieves a table to local",
                "compare_tables  | Compares two tables and returns the job id",
                "compare_tables  | Compares two tables. Returns a scan job id.",
                // Jobs that a name tells of.
                "site_audit      | Returns the problems of a site",
                "port_scan       | Gets the open ports of a host",
                "check_backup    | Checks the backup",
                // Quotas.
                "search_web      | Searches the web. Counts against your monthly quota.",
                "search_web      | Searches the web. Counts as one request against your plan's limit.",
                "search_web      | Searches the web. Each request costs 1 credit.",
                "search_web      | Searches the web. This call is billed.",
                // What comes into being when it is not there.
                "get_report      | Gets a report. If there is none, one is generated and stored.",
                "get_report      | Gets a report, generating it first if needed",
                "get_session     | Returns the session of the user, starting one if there is none",
                "get_order       | Get an order (creates a draft when missing)",
                // What is held, taken or moved.
                "get_lock        | Gets a lock on a file",
                "read_queue      | Reads the next message off a queue",
                "fetch_job       | Fetches the next job of a queue",
                "count_visits    | Counts a visit of the page",
                "validate_order  | Validates an order and moves it to the queue",
                "rank_candidates | Ranks candidates and updates their score",
                "translate_page  | Translates a page in place",
                "find_contact    | Finds a contact and frobnicates the record",
                // What is seen or done on a screen.
                "show_page       | Shows a page in the browser",
                "explore_site    | Explores a site by clicking links",
                "inspect_element | Inspects an element by hovering over it",
                // What later sentences say.
                "get_order       | Gets an order. Additionally, the customer is e-mailed.",
                "get_order       | Gets an order. The order is then archived.",
                "get_order       | Gets an order. Access is logged for compliance.",
                "get_order       | Returns an order after refreshing it from the server.",
                "get_order       | Gets an order. Will retry the payment if it failed.",
                "get_order       | Gets an order. Use with care: the order gets locked.",
                "get_order       | Gets an order. Not read-only.",
                "get_order       | Gets an order. Invalidates the previous token.",
                "get_order       | Gets an order. The old one is replaced.",
                "get_order       | Gets an order. A notification goes to the owner.",
                "get_order       | Gets an order. Set `gone` to remove it afterwards.",
                "temperature     | Returns the temperature and can change it",
            })
    void what_stays_behind_is_no_reading(String tool, String description) {
        assertThat(EffectInference.onlyReads(tool, description)).isFalse();
        assertThat(EffectInference.onlyReads(tool, description, List.of("id"))).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "exchange_rate    | Get the current exchange rate between two currencies.",
                "park_information | Retrieve basic information about a national park",
                "humidity_forecast | Retrieve a humidity forecast for a place",
                "order_status     | Get the status of an order",
                "book_details     | Get details of a book",
                "trade_history    | Retrieve the trade history of an account",
                "open_hours       | Get the opening hours of a shop",
                "store_locator    | Find stores near a place",
                "product_scraper  | Scrape products of a shop",
                "get_apply_logs   | Retrieves the logs of an apply",
                "get_next_train   | Retrieves the next train from a station",
                "verify_namespace | Verify if a namespace exists.",
                "resolve_links    | Resolves links of an entry and returns them",
                "summarize_text   | Generates a summary of a text",
                "get_schema       | Generate a JSON schema of the items",
                "assess_risk      | Assesses the risk of a portfolio",
                "evaluate_plan    | Evaluates a plan against the goals",
                "list_agents      | List agents with their current job, and pause status",
                "list_tables      | START HERE for the store: List tables. NEXT: Use describe_table.",
                "list_runs        | Lists runs of a monitor. Each execution may produce multiple runs.",
                "get_item         | Get an item. When a key is given, one query is executed.",
                "get_docs         | Fetch documentation. Use after search confirms a page exists.",
                "get_weather      | Gets the weather. Limited to 60 calls a minute.",
                "get_model        | Get a model. The tool will raise an error if there is none.",
                "search_papers    | Similarity search over papers that you have downloaded. Supports filters.",
                "get_tagged       | Requires a licence. Gets entries by a tag.",
                "list_orders      | List orders. It takes one argument: limit.",
            })
    void what_only_looks_like_a_change_reads(String tool, String description) {
        assertThat(EffectInference.onlyReads(tool, description)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "set_price",
                "start_job",
                "play_song",
                "merge_results",
                "fork_repository",
                "dedupe_list",
                "take",
                "touch",
                "sleep",
                "evaluate_script",
                "browser_evaluate",
                "repo_fetch"
            })
    void name_of_a_deed_does_not_read_whatever_it_returns(String tool) {
        String noun = tool.substring(tool.indexOf('_') + 1);
        assertThat(EffectInference.onlyReads(tool, "Returns the " + noun)).isFalse();
        assertThat(EffectInference.onlyReads(tool, "Get the " + noun + " of an item."))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "remove",
                "update_cache",
                "auto_create",
                "notify_owner",
                "webhook_url",
                "callback",
                "create_if_missing",
                "mark_as_read",
                "send_email",
                "responseFilePath",
                "download_dir",
                "refresh",
                "cypher",
                "graphql"
            })
    void parameter_that_tells_of_a_deed_overrules_the_rest(String parameter) {
        assertThat(EffectInference.onlyReads("get_order", "Retrieve an order", List.of("id", parameter)))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "update_id",
                "reset_date",
                "register_name",
                "webhook_id",
                "destination",
                "order_by",
                "commit",
                "file_path",
                "download_count"
            })
    void parameter_that_only_sounds_like_a_deed_is_allowed(String parameter) {
        assertThat(EffectInference.onlyReads("list_entries", "List entries", List.of("id", parameter)))
                .isTrue();
    }

    /** Only where the parameters are known to be keys does a query look up. */
    @ParameterizedTest
    @CsvSource({"name;age, true", "query, false", "sql, false", "'', false", "filter;limit, false"})
    void query_reads_if_it_takes_keys(String parameters, boolean reads) {
        List<String> names = parameters.isEmpty() ? List.of() : List.of(parameters.split(";", -1));
        assertThat(EffectInference.onlyReads("query_users", "Finds users", names))
                .isEqualTo(reads);
    }
}
