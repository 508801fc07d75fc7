package dev.interlock.effect;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EffectInferenceTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "getWeather",
                "list_windows",
                "searchProducts",
                "shop__find_invoice",
                "Library.describeShelf",
                "zoo:count_animals",
                "has_access",
                "getDNSZones",
                "warehouse/list-shelves"
            })
    void surely_reading_name_needs_no_description(String tool) {
        assertThat(EffectInference.onlyReads(tool, null)).isTrue();
        assertThat(EffectInference.onlyReads(tool, "Returns what is there.")).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "get_invoice | Get an invoice by its number.",
                "get_pull_request | Get details of a pull request",
                "check_availability | Checks whether a room is free.",
                "fetch_headlines | Fetch the headlines of a newspaper",
                "weather | Returns the current weather of a city",
                "stock_price | Get the latest price of a share",
                "order_history | List the orders of a customer",
                "bmi | Calculate the body mass index",
                "convert_units | Convert a distance from miles to kilometers",
                "web_search | Performs a web search and returns the ten best pages.",
                "invoice.lookup | Look up an invoice",
                "find_trains | Use this tool to find trains. Call it before `book_train`. Do not use it to update a booking.",
                "get_changes | Returns what changed since a date, including who created, updated or deleted the page.",
                "list_hooks | List the hooks that run when a push creates a branch.",
                "get_plan | Get a plan without modifying it. Has no side effects.",
                "read_log | This tool belongs to a suite for creating and deleting logs. Tool description: Read a log.",
                "peek_messages | Peek at the messages of a queue without removing them"
            })
    void name_and_description_that_agree_read(String tool, String description) {
        assertThat(EffectInference.onlyReads(tool, description)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "query",
                "execute",
                "run",
                "sql",
                "request",
                "invoke",
                "eval",
                "shell",
                "call",
                "graphql",
                "run_query",
                "sql_query",
                "read_query",
                "execute_sql",
                "http_request",
                "http_get",
                "api_call",
                "call_endpoint",
                "graphql_query",
                "query_database",
                "db.query",
                "bash",
                "exec_command",
                "run_command",
                "evaluate",
                "rpc"
            })
    void pass_through_never_reads(String tool) {
        assertThat(EffectInference.onlyReads(tool, "Returns rows. Read-only, changes nothing."))
                .isFalse();
        assertThat(EffectInference.onlyReads(tool, "Get data")).isFalse();
        assertThat(EffectInference.onlyReads(tool, null)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create_user",
                "getOrCreateCart",
                "find_and_replace",
                "search_and_book",
                "list_add_item",
                "set_view",
                "mark_messages_read",
                "fetch_and_lock",
                "pop_task",
                "get_next_job",
                "dequeue",
                "checkin_guest",
                "check_out",
                "login",
                "subscribe",
                "navigate",
                "click",
                "take_screenshot",
                "download_file",
                "export_users",
                "cd",
                "list_and_clean",
                "count_and_reset",
                "return_order",
                "delete/user",
                "get_access_token",
                "sync_contacts",
                "acknowledge_alert",
                "save_search",
                "lookup_or_insert",
                "open_view",
                "start_search",
                "track_event",
                "poll_queue",
                "load_data",
                "generate_report",
                "resolve_ticket",
                "transfer",
                "compare_and_swap"
            })
    void changing_name_never_reads(String tool) {
        String agreeable = tool.equals("cd") ? "Change the directory" : "Returns a list";

        assertThat(EffectInference.onlyReads(tool, agreeable)).isFalse();
        assertThat(EffectInference.onlyReads(tool, null)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "get_quote | Creates a quote and returns it",
                "get_mail | Retrieves the mail and deletes it from the server",
                "read_email | Reads an e-mail and marks it as read.",
                "get_article | Returns an article. Also increments its view counter.",
                "view_story | View a story. The author will be notified.",
                "get_page | Fetch a page and cache it on disk",
                "get_report | Gets the report. The report is saved to a file.",
                "search_flights | Search flights. Each call consumes one credit.",
                "read_stream | Reads messages from a stream, removing them from the queue",
                "read_config | Read the configuration, creating the file with defaults if missing",
                "list_files | Lists files. If the directory does not exist it will be created.",
                "get_workbook | Gets the workbook. By default the tool writes a cache file.",
                "get_html | Opens a browser and returns the page",
                "get_session | Get or create a session",
                "get_calendar | List, create and delete events",
                "get_items | Work with items. Actions: list, get, delete",
                "get_key | Get a new key",
                "get_task | Get the next task from the queue",
                "check_guest | Check in a guest",
                "list_house | List a house for sale",
                "show_hint | Show a notification",
                "get_balance | Debits the fee and returns the balance",
                "get_thing | Frobnicates the thing",
                "read_rows | Read rows with a SQL query",
                "get_secret | Retrieves a secret. This operation is irreversible.",
                "get_secret | Retrieves a secret. It has side effects.",
                "lights | Turns lights on or off",
                "clipboard | Reads and writes the clipboard",
                "brightness | Gets/sets the brightness",
                "convert_lead | Convert a lead to a contact",
                "extract_archive | Extract an archive to a directory",
                "analyze_image | Uploads an image and analyzes it",
                "validate_form | Validates a form and submits it when valid"
            })
    void description_that_speaks_of_a_change_overrules_the_name(String tool, String description) {
        assertThat(EffectInference.onlyReads(tool, description)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "weather",
                "check_mail",
                "fetch",
                "shopping_list",
                "message_read",
                "get_update",
                "convert_file",
                ""
            })
    void doubtful_name_without_description_gives_nothing(String tool) {
        assertThat(EffectInference.onlyReads(tool, null)).isFalse();
        assertThat(EffectInference.onlyReads(tool, " \n\t ")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dryRun",
                "dry_run",
                "force",
                "overwrite",
                "confirm",
                "body",
                "payload",
                "new_value",
                "saveTo",
                "mark_as_read",
                "delete_after",
                "output_path",
                "sql",
                "command"
            })
    void parameter_that_tells_of_a_change_overrules_the_rest(String parameter) {
        assertThat(EffectInference.onlyReads("get_page", "Get a page", List.of("id")))
                .isTrue();
        assertThat(EffectInference.onlyReads("get_page", "Get a page", List.of("id", parameter)))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"new", "output", "mark", "", "newest", "id_new", "sqlite"})
    void parameter_that_only_resembles_one_that_tells_of_a_change_is_allowed(String parameter) {
        assertThat(EffectInference.onlyReads("get_page", "Get a page", List.of(parameter)))
                .isTrue();
    }

    @Test
    void cargo_parameter_overrules_a_doubtful_name_only() {
        assertThat(EffectInference.onlyReads("check_style", "Checks style", List.of("content")))
                .isFalse();
        assertThat(EffectInference.onlyReads("read_page", "Read a page", List.of("content")))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u67e5\u8be2\u5929\u6c14",
                "Erstellt einen neuen Bericht",
                "\u0421\u043e\u0437\u0434\u0430\u0451\u0442 \u043e\u0442\u0447\u0451\u0442"
            })
    void description_in_another_language_gives_nothing(String description) {
        assertThat(EffectInference.onlyReads("get_report", description)).isFalse();
    }

    @Test
    void what_is_not_read_to_the_end_gives_nothing() {
        String padding = "It is fast. ".repeat(90_000);

        assertThat(EffectInference.onlyReads("get_page", "Get a page. " + padding))
                .isFalse();
        assertThat(EffectInference.onlyReads("get_" + "x".repeat(1 << 20), "Get a page."))
                .isFalse();
        assertThat(EffectInference.onlyReads("get_page", "Get a page. " + padding.substring(0, 12_000)))
                .isTrue();
    }

    @Test
    void what_is_just_short_enough_is_read_to_the_end() {
        String name = "get_" + "x".repeat(252);
        String description = "Get a page. " + " ".repeat(16_384 - 12);

        assertThat(EffectInference.onlyReads(name, description)).isTrue();
        assertThat(EffectInference.onlyReads(name + "x", description)).isFalse();
        assertThat(EffectInference.onlyReads(name, description + " ")).isFalse();
    }

    @Test
    void name_is_split_into_the_words_of_its_method() {
        assertThat(ToolName.words("github__list_issues")).containsExactly("list", "issues");
        assertThat(ToolName.words("GorillaFileSystem.cat")).containsExactly("cat");
        assertThat(ToolName.words("parseHTTPHeader2")).containsExactly("parse", "http", "header2");
        assertThat(ToolName.words("getURLs")).containsExactly("get", "urls");
        assertThat(ToolName.words("users/list/v2")).containsExactly("list");
        assertThat(ToolName.words("list/users")).containsExactly("list", "users");
        assertThat(ToolName.words("list_")).containsExactly("list");
        assertThat(ToolName.words("getURLsOfPage")).containsExactly("get", "urls", "of", "page");
        assertThat(ToolName.words("getFTPServer")).containsExactly("get", "ftp", "server");
        assertThat(ToolName.words("countDNSslots")).containsExactly("count", "dn", "sslots");
        assertThat(ToolName.words("users/list/v12")).containsExactly("list");
        assertThat(ToolName.words("users/list/2")).containsExactly("list");
        assertThat(ToolName.words("users/list/v123")).containsExactly("list", "v123");
        assertThat(ToolName.words("users/list/x1")).containsExactly("list", "x1");
        assertThat(ToolName.words("-._/")).isEmpty();
    }

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 200);
    }

    /** Any text gives an answer, the same each time; the limit is for one that hangs. */
    @ParameterizedTest
    @MethodSource("seeds")
    @Timeout(30)
    void any_text_gives_an_answer(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        String name = text(random, random.nextInt(40));
        String description = text(random, random.nextInt(5_000));

        boolean answer = EffectInference.onlyReads(name, description, List.of(text(random, 9)));

        assertThat(EffectInference.onlyReads(name, description)).isIn(answer, true);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "`",
                "<",
                "(",
                "not creates it ",
                "a",
                "- ",
                "\n",
                "use ",
                "credit ",
                "actions: ",
                "the ",
                ". ",
                "aB",
                "no longer ",
                "is made when ",
                "lookups a day ",
                "if , , creates ",
                "that is not are created ",
                "of the webcam ",
                "will "
            })
    void repetition_takes_bounded_time(String unit) {
        String text = unit.repeat(16_000 / unit.length());

        assertThat(Duration.ofSeconds(5)).isGreaterThan(timed(() -> EffectInference.onlyReads("get_page", text)));
    }

    private static Duration timed(Runnable work) {
        long start = System.nanoTime();
        work.run();
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private static String text(SplittableRandom random, int pieces) {
        String[] words = {
            "get",
            "list",
            "and",
            "create",
            " ",
            "_",
            ".",
            "`",
            "<",
            ">",
            "(",
            "[",
            ":",
            "\n",
            "-",
            "\u2014",
            "A",
            "tool",
            "this",
            "use",
            "to",
            "will",
            "be",
            "sent",
            "\ud83d\ude00",
            "\ud800",
            "\u0130",
            "\u00df",
            "e.g.",
            "'",
            "5",
            ",",
            "when"
        };
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < pieces; i++) {
            text.append(random.nextInt(10) == 0 ? (char) random.nextInt(65_536) : words[random.nextInt(words.length)]);
            text.append(random.nextBoolean() ? " " : "");
        }
        return text.toString();
    }
}
