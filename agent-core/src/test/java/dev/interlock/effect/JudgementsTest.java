package dev.interlock.effect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.EffectInference.Answer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tools that get their result as an argument, and so store it. */
class JudgementsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "categorize_transaction | Categorizes a transaction      | transaction_id:string category:string",
                "classify_email         | Classifies an e-mail           | email_id:string label:enum",
                "classify_email         | Classifies an e-mail           | email_id:string email_label:enum",
                "evaluate_answer        | Evaluates an answer            | answer_id:string grade:integer feedback:string",
                "estimate_issue         | Estimates an issue             | issue_key:string story_points:integer",
                "rank_applicant         | Ranks an applicant             | applicant:string rank:integer",
                "describe_image         | Describes an image             | image_id:string alt_text:string",
                "describe_table         | Describes a table              | table:string description:string",
                "summarize_meeting      | Summarizes a meeting           | meeting_id:string summary:string",
                "explain_change         | Explains a change              | change_id:string explanation:string",
                "validate_invoice       | Validates an invoice           | invoice:string valid:boolean reason:string",
                "predict_match          | Predicts the result of a match | match:string winner:string",
                "recommend              | Recommends a colleague         | colleague:string",
                "classify_ticket        | Classifies a ticket            | ticket_id:string result:string",
                "classify_ticket        | Classifies a ticket            | ticket_id:string results:other",
                "evaluate_essay         | Evaluates an essay             | essay_id:string stars:integer",
                "evaluate_essay         | Evaluates an essay             | essay_id:string mark:string",
                "alarm_state            | State of the alarm             | alarm:string desired:string",
                "alarm_state            | State of the alarm             | alarm:string wanted:string",
                "heater_level           | Level of the heater            | heater:string target:string",
                "heater_level           | Level of the heater            | heater:string setpoint:string",
                "savings_progress       | Progress of a plan             | plan:string goal:string",
                "labels                 | Labels of an issue             | issue:string add:other",
                "permissions            | Permissions of a file          | path:string grant:other",
                "user_roles             | Roles of a user                | user:string roles:other",
                "room_temperature       | Temperature of a room          | room:string celsius:number",
                "volume_level           | Volume of a speaker            | speaker:string percent:integer",
                "review_status          | Review of a pull request       | pr:integer verdict:enum",
                "tasks                  | Tasks of a user                | op:enum task:other",
                "note                   | Note of a customer             | text:string",
                "page_title             | Title of a page                | page:string title:string",
                "movie_info             | Information about a movie      | id:string title:string",
            })
    void a_judgement_or_a_value_that_is_given_is_stored(String tool, String description, String parameters) {
        assertThat(InferredTool.answer(tool, description, parameters)).isEqualTo(Answer.UNKNOWN);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "classify_image      | Classifies an image               | image_url:string labels:other",
                "classify_text       | Classifies a text                 | text:string category:string",
                "summarize_document  | Summarizes a document             | document_id:string length:string",
                "summarize_document  | Summarizes a document             | document_id:string summary_type:enum",
                "analyze_repository  | Analyzes a repository             | repository:string summary:boolean",
                "recommend_products  | Recommends products for a user    | user_id:string category:string",
                "recommend_products  | Recommends products for a user    | user_id:string results:integer",
                "recommend_products  | Recommends products for a user    | user_id:string results:integer",
                "predict_price       | Predicts the price of a house     | location:string rooms:integer grade:integer",
                "identify_language   | Identifies the language of a text | text:string",
                "validate_email      | Validates an e-mail address       | email:string",
                "search_issues       | Searches issues                   | label:string category:string summary:string",
                "labels              | Labels of an issue                | issue:string",
                "room_temperature    | Temperature of a room             | room:string unit:enum",
                "parcel_price        | Price of a parcel                 | weight:number zip:string",
                "weather_alerts      | Active alerts for a state         | state:string",
                "movie_info          | Information about a movie         | title:string",
                "readability_score   | Readability score of a text       | text:string",
                "order_history       | Past orders of a customer         | customer:string include_items:boolean",
                "issues              | Issues of a repository            | repo:string state:enum",
            })
    void what_only_names_the_thing_reads(String tool, String description, @Nullable String parameters) {
        assertThat(InferredTool.answer(tool, description, parameters)).isEqualTo(Answer.ONLY_READS);
    }
}
