package dev.interlock.effect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A tool that involves a person is never said to only read. */
class PeopleTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "getUserInput",
                "get_user_input",
                "read_input",
                "ui__get_input",
                "get_human_input",
                "get_user_confirmation",
                "getUserReply",
                "read_operator_decision",
                "obtain_customer_consent",
                "fetch_reviewer_feedback",
                "collect_user_feedback",
                "get_approval",
                "get_confirmation",
                "obtain_consent",
                "ask_user",
                "askHuman",
                "ask",
                "ask_followup_question",
                "prompt_user",
                "prompt_for_password",
                "human",
                "human_in_the_loop",
                "human_approval",
                "get_human_review",
                "find_human_agent",
                "request_confirmation",
                "request_approval",
                "request_human_help",
                "confirm_with_user",
                "check_with_user",
                "show_to_user",
                "wait_for_reply",
                "await_approval",
                "get_reply_and_wait",
                "elicit_preferences",
                "get_elicitation_or_elicit",
                "consult_expert",
                "interview_customer",
                "notify_owner",
                "choose_option",
                "clarify_requirements",
                "escalate_ticket",
                "read_stdin"
            })
    void name_that_involves_a_person_never_reads(String tool) {
        assertThat(EffectInference.onlyReads(tool, null)).isFalse();
        assertThat(EffectInference.onlyReads(tool, "Returns the text.")).isFalse();
        assertThat(EffectInference.onlyReads(tool, "Returns the text.", List.of("question", "timeout")))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "get_size | Asks the user for the size and returns it",
                "get_size | Ask the customer which size they want.",
                "get_size | Gets the size by asking the user.",
                "get_size | Returns the size. Asks the user if it is not known.",
                "get_size | Prompts the user to choose a size and returns the choice.",
                "get_size | Gets a size, prompting a human operator where it is unclear.",
                "get_size | Get the size from the customer; asks for confirmation first",
                "get_size | Finds out which size the user wants by asking them",
                "get_size | Prompts for a size",
                "get_size | Prompts for name and password.",
                "get_size | Returns the size, prompting for it where it is not known.",
                "get_size | Shows a question on the screen and returns the reply",
                "get_size | Displays the menu and returns what was picked.",
                "get_size | Presents a multiple-choice question and returns the answer",
                "get_size | Gets the one-time passcode from the user",
                "get_size | Retrieves sizes. Gets the unit from a human.",
                "get_size | Reads the size from the operator",
                "read_line | Reads a line from the console",
                "read_line | Reads a line of text from standard input.",
                "read_password | Reads a password from the terminal",
                "read_key | Reads a key from the keyboard",
                "get_size | Gets input from the user.",
                "get_size | Collects feedback from a human reviewer",
                "get_size | Obtains the user's answer to a question.",
                "get_size | Returns the reply of the operator",
                "get_size | Retrieves a decision from a manager",
                "get_size | Gets approval for the order.",
                "get_size | Requests approval before a payment",
                "get_size | Waits for the user to respond and returns the response.",
                "get_size | Pauses until the operator has answered.",
                "get_size | Returns the size. Blocks until a person confirms it.",
                "get_size | Awaits human approval and returns the result",
                "get_size | Human-in-the-loop check of a size.",
                "get_size | Reads the size with a human in the loop",
                "get_size | Returns the size. Requires user confirmation.",
                "get_size | Gets the size after human review.",
                "get_size | Notifies the owner and returns the size.",
                "get_size | Returns the size and informs the team's manager.",
                "get_size | Presents the options to the user and returns the one picked",
                "get_size | Show a list of sizes to the user",
                "get_size | Escalates to a human expert and returns the answer",
                "get_size | Elicits the size from the user",
                "get_size | Interactively determines the size",
                "get_size | Returns the size. A human operator is asked for it: waits for a reply.",
                "get_size | This tool will ask the user.",
                "get_size | Use this tool to ask the user for a size.",
                "size | Returns the size by consulting an expert.",
                "check_size | Checks the size with the user, and waits for an answer",
                "lookup_size | Look up a size. If there is none, prompts the user.",
                "find_size | Finds a size. The tool polls a person until they decide."
            })
    void description_that_involves_a_person_overrules_the_name(String tool, String description) {
        assertThat(EffectInference.onlyReads(tool, description)).isFalse();
        assertThat(EffectInference.onlyReads(tool, description, List.of("item")))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"question", "user_question", "prompt", "choices"})
    void what_a_person_can_be_asked_overrules_a_name_without_description(String parameter) {
        assertThat(EffectInference.onlyReads("get_size", null, List.of(parameter)))
                .isFalse();
        assertThat(EffectInference.onlyReads("get_answer", "Returns the answer.", List.of(parameter)))
                .isFalse();
        assertThat(EffectInference.onlyReads("get_size", null, List.of("item"))).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "get_user | Get a user by id",
                "list_users | Lists the users of an organization",
                "list_repositories | Get public repositories from a user",
                "list_posts | Gets posts from the user timeline",
                "get_logs | Reads logs from the browser console",
                "find_person | Finds a person by name or e-mail",
                "search_people | Search people.",
                "get_operator | Get the operator of a phone number",
                "list_questions | Lists the questions of a survey",
                "get_question | Get a question with its answers",
                "list_answers | List the answers to a question.",
                "search_prompts | Search the prompt library.",
                "get_prompt | Get a prompt by its name.",
                "list_prompts | List all prompts that a server offers",
                "list_approvals | Lists approvals of a merge request, with who approved it and when.",
                "get_approval_status | Get the status of an approval",
                "get_pull_request_reviews | Get the reviews of a pull request",
                "list_review_requests | Lists the requests for review that wait for a reviewer.",
                "get_feedback_stats | Get statistics of customer feedback",
                "list_notifications | List the notifications of a user",
                "get_user_permissions | Get the permissions of a user",
                "get_confirmation_number | Get the confirmation number of a booking",
                "search_docs | Answers to questions: searches the docs. Use it when the user asks a question.",
                "get_cost | Gets the cost. Always repeat the cost to the user and confirm their understanding.",
                "get_order | Get an order. If no id is given, the model should ask the user for it.",
                "get_order | Get an order. Never ask the user for the password.",
                "get_order | Get an order without prompting the user.",
                "get_balance | Returns the balance. It takes no input.",
                "list_sessions | Lists sessions, and whether one is waiting for input.",
                "get_human_genome | Get a part of the human genome",
                "get_contact | Get a contact person of a company",
                "list_messages | List messages sent by users in a channel",
                "validate_input | Validates the input against a schema"
            })
    void what_is_about_people_reads(String tool, String description) {
        assertThat(EffectInference.onlyReads(tool, description)).isTrue();
    }
}
