package dev.interlock.effect;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tools whose verb reads, while another clause says more; and clauses that only look like it. */
class InferenceClausesTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                // A condition or a negation of another clause.
                "get_user      | Gets a user. If it does not exist, adds it.",
                "get_user      | Gets a user. If there is no such user, creates one.",
                "get_user      | Gets a user. If not found, creates it.",
                "get_user      | Gets a user. When there is no cart, it creates one.",
                "get_user      | Gets a user. If no longer needed, deletes it.",
                "get_user      | Gets a user. If it has not been read, marks it as read.",
                "get_user      | Gets a user. Never fails: creates it if absent.",
                "get_user      | Gets a user. Instead of failing, creates it.",
                "get_user      | Gets a user. Users that do not exist are created.",
                "get_user      | Gets the cart of a user and, if there is none, creates one.",
                "get_page      | Gets a page. Unless it is not cached, removes it.",
                "get_page      | Gets a page. Where nothing matches, inserts a row.",
                "get_page      | Gets a page. Without a match, registers the name.",
                "get_page      | Gets a page. Does not fail but creates the page.",
                "get_page      | Gets a page. Rows that are not present are inserted.",
                "get_page      | Gets a page. Entries which were never read are deleted.",
                "get_page      | Returns the draft of a user or, when there is no draft, creates one.",
                "get_page      | Gets a page. If the page isn't there, it writes it.",
                "get_page      | Gets a page. Not only that: it deletes the page.",
                "get_page      | Gets a page. Rather than not answer, it creates the page.",
                // A deed on what was found.
                "find_files    | Find files which match a pattern and delete them.",
                "list_orders   | List orders that are open and cancel them.",
                "check_seat    | Check if a seat is free and book it.",
                "get_mail      | Retrieve messages that arrived and move them to the archive.",
                "search_files  | Search for files that match a pattern and replace the text in them.",
                "list_jobs     | List jobs that failed and restart them.",
                "check_room    | Check whether a room is free, then reserve it.",
                "find_users    | Find users who left and remove all of them.",
                "get_tickets   | Get tickets that are old and close each of them.",
                "find_rows     | Find rows where a column is empty and fill it.",
                "get_lead      | Get a lead that is unassigned and assign it to an agent.",
                "get_invoices  | Get invoices that are due and automatically send them.",
                // What must not overlap or repeat, other scripts, aftermaths.
                "get_item      | Gets an item. Do not call in parallel.",
                "get_item      | Gets an item. Do not call concurrently.",
                "get_item      | Gets an item. Must not be called in parallel with others.",
                "get_item      | Gets an item. Not thread-safe.",
                "get_item      | Gets an item. Requires exclusive access.",
                "get_item      | Gets an item. Blocks until a message arrives.",
                "get_item      | Gets an item. \u0423\u0434\u0430\u043b\u044f\u0435\u0442 \u0435\u0433\u043e.",
                "get_item      | Gets an item. \u83b7\u53d6\u5e76\u5220\u9664\u6761\u76ee\u3002",
                "get_item      | Gets an item. The item is deleted afterwards.",
                "get_item      | Gets an item. The secret can only be retrieved once.",
                "get_item      | Gets an item. This is logged.",
                "get_item      | Gets an item. Only one call at a time.",
                "get_item      | Gets an item. Calls must not run simultaneously.",
                "get_item      | Gets an item (never use it in parallel).",
                "get_item      | Gets an item. Parallel calls are not supported.",
                "get_item      | Gets an item. Cannot be used concurrently.",
                "get_item      | Gets an item. This tool isn't thread safe.",
                "get_item      | Gets an item. Avoid concurrent calls.",
                "get_item      | Gets an item. Call it sequentially.",
                "get_item      | Gets an item. The link works only once.",
                "get_item      | Gets an item. The ticket is cancelled automatically.",
                "get_item      | Gets an item. The token is replaced immediately.",
                "get_item      | Gets an item. \u0394\u03b9\u03b1\u03b3\u03c1\u03ac\u03c6\u03b5\u03b9 \u03c4\u03bf \u03c3\u03c4\u03bf\u03b9\u03c7\u03b5\u03af\u03bf.",
                "get_item      | Gets an item. \u064a\u062d\u0630\u0641 \u0627\u0644\u0639\u0646\u0635\u0631",
                "get_item      | Gets an item. The call blocks until somebody answers.",
                "get_item      | Gets an item. It is removed.",
                "get_item      | Gets an item. The item can be read only once.",
                // Ticks.
                "browser_check | Check a checkbox on the page",
                "check         | Check or uncheck a checkbox",
                "check_radio   | Check a radio button",
                "check_todo    | Check a todo item",
                "check_item    | Check an item off the list",
                "check_box     | Checks the box with the given label",
                "check_task    | Check a task",
                "check_option  | Checks off the to-do with the id",
                "check_element | Check an element",
                "check_switch  | Checks a switch on the form",
                "tick_box      | Tick a box",
                "get_untick    | Gets a form and unticks it",
                "check_all     | Check all checkboxes",
                "check_step    | Check off a step of the list",
                // Written after the rules.
                "get_cart      | Returns the cart. Should there be none, it creates one.",
                "get_cart      | Returns the cart. When it does not yet exist, it will be created.",
                "get_user      | Gets a user. A user that is not known is created.",
                "get_user      | Gets a user. If the user has never logged in, sends an invitation.",
                "get_user      | Gets a user. No need to log in first, it logs the user in.",
                "get_user      | Gets a user; if none is found, inserts one.",
                "list_mail     | List mail that nobody answered and forward it to the owner.",
                "find_bugs     | Find bugs which have no owner, then assign them.",
                "get_item      | Gets an item. Serialize calls to this tool.",
                "get_item      | Gets an item. Only one request may be active at a time.",
                "get_item      | Gets an item. This tool does not support concurrent calls.",
                "get_item      | Gets an item. Running it in parallel is not safe.",
                "check_box     | Check the given box",
                "check_row     | Checks the radio button of a row",
            })
    void a_clause_that_tells_of_more_is_found(String tool, String description) {
        assertThat(EffectInference.onlyReads(tool, description)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                // A condition or a negation of another clause.
                "get_page      | Gets a page. Does not create, modify or delete anything.",
                "get_page      | Gets a page. If it does not exist, returns nothing.",
                "get_page      | Gets a page. If there is none, never creates one.",
                "get_page      | Gets a page. When not found, does not create, update or delete it.",
                "get_page      | Gets a page. It never adds, edits, or removes rows.",
                "get_page      | Gets a page. Without creating, changing or deleting it.",
                "get_page      | Gets a page. No rows are inserted, updated or deleted.",
                "get_page      | Gets a page. Users that do not exist are skipped.",
                "get_page      | Gets a page and, if there is none, returns an empty one.",
                "get_page      | Gets a page. Unlike others, this does not, in any case, delete it.",
                "get_page      | Gets a page. If a page was found, no copy is saved.",
                "get_page      | Gets a page: does not delete it.",
                // A deed on what was found.
                "find_users    | Find users that you can view and list them",
                "list_links    | List links that a page has and resolve them",
                "find_pages    | Find pages that you can edit and return them.",
                "list_jobs     | List the jobs that create rows and delete pages.",
                "get_roles     | Get roles that can create users and view them.",
                "find_users    | Find users that can open a ticket and count them.",
                "list_teams    | List teams that read pages and describe them.",
                "get_rules     | Get rules that match a mail and evaluate them.",
                // What must not overlap or repeat, other scripts, aftermaths.
                "get_item      | Gets an item. Can be called in parallel.",
                "get_item      | Gets an item. Thread-safe.",
                "get_item      | Gets an item. Safe to call concurrently.",
                "get_item      | Gets an item. Supports parallel and concurrent calls.",
                "get_item      | Gets an item of the caf\u00e9 na\u00efve shop.",
                "get_item      | Gets an item. Costs 3 \u20ac \u2013 or 5 \u00b5s \u00d7 2 \u2192 done \u2713 \ud83d\ude00.",
                "get_item      | Gets an item. You can call it more than once.",
                "get_item      | Gets the items that run in parallel.",
                "get_item      | Gets an item. It does not block.",
                "get_item      | Gets an item. Does not run in the background, so call it in parallel.",
                "get_jobs      | Lists jobs that do not run concurrently.",
                "get_item      | Gets an item. The price is updated at once.",
                "get_item      | Gets an item. Only one of id or name is needed.",
                // Ticks.
                "check_item    | Checks whether an item is in stock",
                "check_task    | Check the status of a task",
                "check_form    | Checks if the checkbox is ticked",
                "check_button  | Check the state of a button",
                "check_item    | Check an item for errors",
                "check_task    | Check a task of the list for problems",
                "get_todo      | Get a todo item",
                "list_boxes    | List the checkboxes of a page",
                "check_switch  | Check the port status of a switch",
                // Written after the rules.
                "get_user      | Gets a user. It does not create, and never deletes, anything.",
                "get_user      | Gets a user. If the id is not valid, returns an error.",
                "get_user      | Gets a user. A user that is not known is left out.",
                "get_user      | Gets a user. Nothing is created or deleted if it does not exist.",
                "list_mail     | List mail that nobody answered and show it.",
                "get_item      | Gets an item. Not slow, so parallel use is fine.",
                "get_pages     | Returns one page at a time.",
                "get_item      | Gets an item. Call it only once you have the id.",
                "check_air     | Check the air of a room",
                "get_chain     | Lists blocks until a height",
                "check_btn     | Checks a button for a label",
            })
    void a_clause_that_only_looks_like_it_is_none(String tool, String description) {
        assertThat(EffectInference.onlyReads(tool, description)).isTrue();
    }
}
