package dev.interlock.effect;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DescriptionReadingTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "READS        | Looks up a name",
                "READS        | Look for a name",
                "READS        | Gives back the list",
                "READS        | Fetches the page",
                "READS        | Shows the page",
                "READS        | Displays the page",
                "READS        | Calculate a sum",
                "READS        | Converts miles to kilometers",
                "READS        | Convert all of the many distances",
                "READS        | Read the pages of a book",
                "MOSTLY_READS | Perform a web search for pages",
                "MOSTLY_READS | Runs a quick calculation of the tax",
                "MOSTLY_READS | Do one very detailed comparison of the two",
                "MOSTLY_READS | Queries the index",
                "MOSTLY_READS | Checks the page",
                "MOSTLY_READS | Browse pages",
                "MOSTLY_READS | Extracts text from a page",
                "MOSTLY_READS | Provides the weather",
                "NAMES        | Invoices",
                "NAMES        | Weather for kids",
                "NAMES        | Class names of a school",
                "UNCLEAR      | Status pages of the site",
                "NAMES        | Gas prices of a town",
                "UNCLEAR      | E-mails listing of a user",
                "NAMES        | Invoices of a customer",
                "UNCLEAR      | Two words",
                "UNCLEAR      | Run this once to see the pages",
                "UNCLEAR      | Uses the index of the site",
                "UNCLEAR      | Loads the index of the site",
                "UNCLEAR      | Converts a lead to a contact",
                "UNCLEAR      | Extracts all from an archive",
                "UNCLEAR      | Provide a path of the site",
                "CHANGES      | Performs an update",
                "CHANGES      | Give the list",
                "CHANGES      | Send back the list",
                "CHANGES      | Query the users with SQL",
                "CHANGES      | Query with a statement",
                "CHANGES      | Frobnicates users",
                "CHANGES      | Frobnicate the users",
                "CHANGES      | Zaps users of the site",
            })
    void the_main_verb_tells(DescriptionReading reading, String description) {
        assertThat(DescriptionReading.of(Sentence.allOf(description))).isEqualTo(reading);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "READS | Get the new pages          | Get a new token",
                "READS | Get the page of a token    | Get new tokens",
                "READS | Retrieve the rest of it    | Get rid of a page",
                "READS | Get the next page          | Get the next task",
                "READS | Get the task that is next  | Returns the next urgent message",
                "READS | Show the alerts of a user  | Show a notification",
                "READS | Show a page of alerts that are old | Show a short urgent alert",
                "READS | Show the size of a file    | Show the old dialog",
                "READS | Show the page of the user  | Show the page to the user",
                "READS | Display how to go home     | Display it to all users",
                "READS | List houses                | List a house for sale",
                "READS | Read a book                | Read a book aloud",
                "READS | Read rows with SQL and a query | Read rows with a SQL query",
                "READS | Read rows of a shell       | Read shell commands",
                "MOSTLY_READS | Browse pages        | Browse to a page",
                "MOSTLY_READS | Check pages         | Checks out a book",
            })
    void what_a_reading_verb_is_about_can_make_it_a_change(DescriptionReading reading, String reads, String changes) {
        assertThat(DescriptionReading.of(Sentence.allOf(reads))).isEqualTo(reading);
        assertThat(DescriptionReading.of(Sentence.allOf(changes))).isEqualTo(DescriptionReading.CHANGES);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Erstellt einen neuen Bericht",
                "Zwei neue Berichte",
                "\u00dcberblick of the pages",
                "Cr\u00e9er un rapport",
            })
    void another_language_is_not_believed(String description) {
        assertThat(DescriptionReading.of(Sentence.allOf(description))).isEqualTo(DescriptionReading.CHANGES);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "READS   | This tool belongs to a suite for creating logs. Read rows.",
                "READS   | This tool is part of a suite for creating logs. Read rows.",
                "READS   | This is a part of the suite. Read rows.",
                "NAMES   | Part of the suite. Read rows.",
                "READS   | Creates logs. Tool description: read rows.",
                "READS   | Tool description: read rows.",
                "CHANGES | Read logs. Tool description: creates rows.",
                "CHANGES | Creates logs. Tool description of rows: read rows.",
                "CHANGES | Creates logs. Some description: read rows.",
                "CHANGES | Creates logs. Tool summary: read rows.",
                "CHANGES | Some description: creates rows.",
            })
    void what_a_family_of_tools_does_is_not_what_the_tool_does(DescriptionReading reading, String description) {
        assertThat(DescriptionReading.of(Sentence.allOf(description))).isEqualTo(reading);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // what the tool does beside
                "Get a page. This tool can delete pages.",
                "Get a page. The tool will delete the file.",
                "Get a page. The function will also update the counter.",
                "Get a page. This will delete it.",
                "Get a page. The tool may also delete the file.",
                "Get a page. It can then update the counter.",
                "Get a page. Creates it if missing.",
                "Get a page. Creates if missing.",
                "Get a page. Also quickly updates the cache.",
                "Get a page. Moves pages.",
                "Get a page. Writes the page.",
                "Get a page. Writes to disk.",
                "Get a page. When asked to, it archives the page.",
                "Get a page. By default the command stores the page.",
                "Get a page. In the end the tool deletes pages.",
                "Get a page. Each access updates the counter.",
                "Get a page. The server will create files.",
                "Get a page. The server will then also create files.",
                "Get a page. The server will cache the page.",
                "Get a page. This tool can load and save pages.",
                "Get a page. This tool is for listing and deleting pages.",
                "Get a page. This tool can execute commands.",
                "Get a page. This tool can archive pages.",
                "Get a page. Loads and saves results.",
                // one verb of several
                "Get a page and delete.",
                "Get a page, then delete.",
                "Get a page and then quickly archive old ones",
                "Get a page also delete old pages",
                "Gets and posts comments",
                "Get or post comments",
                "Listing and archiving pages",
                "Listing pages and archiving old ones",
                "Mailbox access, or delete old mail",
                "Get the page and cache the result",
                "Get a page. Both get and post are possible.",
                "Get a page. Both get and put are possible.",
                // in passing
                "Reads messages, removing them from the queue",
                "Reads messages, permanently removing them from the queue",
                "Reads messages, then removing them from the queue",
                "Reads messages by removing all from the queue",
                // something is done
                "Get a page. The author will be notified.",
                "Get a page. The author will then be quickly notified",
                "Get a page. A copy is then sent to the owner.",
                "Get a page. The result is saved.",
                "Get a page. The result is saved to disk.",
                "Get a page. If there is no page, mail is sent.",
                // warnings
                "Get a page. It has side effects.",
                "Get a page with a side-effect",
                "Get a page. This operation can't be undone.",
                "Get a page. It is irreversible.",
                "Get a page. This is destructive.",
                "Get flights. Each one costs credits.",
                "Get flights. The quota: each call consumes some.",
                "Get items. Actions: list, get, delete",
                "Get items. Mode = delete",
                // a negation that is of something else
                "Get a page. It is not slow or large, and it deletes the page.",
            })
    void a_change_beside_the_main_verb_is_found(String description) {
        assertThat(DescriptionReading.of(Sentence.allOf(description))).isEqualTo(DescriptionReading.CHANGES);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // nouns and adjectives
                "Get issues, notes and comments all at once",
                "Get the currently open pages",
                "Gets notes and posts of a user",
                "Get creation and update time of a page",
                "Get pages by creation or update of a user",
                "Get advice on removing a page",
                "Get a page, adding value",
                "Get the actions that delete pages",
                "Get the page of the side panel",
                "Get the credit of a card",
                "Get the quota of a user",
                "Get items. Modes: list or get",
                "Get a page. Works by post and by mail.",
                "Get a page. Updates are shown.",
                "Get a page. The page will cache well.",
                "Get pages. This tool can order by name.",
                "Get pages. This tool can call servers.",
                "Get stats. Writes per second are counted.",
                "Get stats. The function writes per second.",
                // how it works
                "Get a page. Handles the redirects.",
                "Get a page. It can be saved.",
                "Get a page. The data is updated.",
                "Get a report. It is saved by the server.",
                "Get pages. These are saved views.",
                // what others do, or other tools
                "List the jobs that clean the disk, removing the files",
                "Get the jobs. Those that will delete pages come first.",
                "Get pages. Those that are deleted are left out.",
                "Get pages. Shows when a job deletes the page.",
                "Get the jobs that create, update or delete pages.",
                "Get a page. You will create pages with it.",
                "Get a page. The user will delete it.",
                "Get a page. Delete pages with another tool.",
                "Get a page. Use it, then update the page.",
                // what it does not
                "Get a page. It never deletes the page.",
                "Get a page. It does not, ever, also delete it.",
                "Get a page. No copy is saved.",
                "Get a page. This is non destructive.",
                "Get a page without side effects.",
            })
    void what_only_looks_like_a_change_is_none(String description) {
        assertThat(DescriptionReading.of(Sentence.allOf(description))).isEqualTo(DescriptionReading.READS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Weather and alerts for a place", "Prices and tracking the shipment"})
    void a_list_of_nouns_names_what_it_gives(String description) {
        assertThat(DescriptionReading.of(Sentence.allOf(description))).isEqualTo(DescriptionReading.NAMES);
    }
}
