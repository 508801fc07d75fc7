package dev.interlock.effect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.EffectInference.Answer;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PureReadingTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "calculate_bmi     | Calculates the body mass index             | weight:number height:number",
                "hypotenuse        | Calculate the hypotenuse of a triangle     | a:number b:number",
                "math.gcd          | Compute the greatest common divisor        | x:integer y:integer",
                "reverse_text      | Reverses a given string.                   | text:string",
                "string.reverse    | Reverses a given string                    | string:string",
                "convert_length    | Converts a length from one unit to another | value:number from_unit:string to_unit:enum",
                "add               | Add two numbers.                           | a:number b:number",
                "multiply          | Multiply two numbers.                      | a:number b:number",
                "sort_numbers      | Sorts a list of numbers                    | numbers:other order:string",
                "integral          | Perform numerical integration of a function | function:string a:number b:number",
                "derivative        | Differentiate a polynomial                 | polynomial:string",
                "count_words       | Counts the words of a text                 | text:string",
                "linear_fit        | Fit a line to points                       | x:other y:other",
                "distance          | Calculates the distance between two points | x1:number y1:number x2:number y2:number",
                "prime_factors     | Find the prime factors of a number         | n:integer",
                "is_leap_year      | Check whether a year is a leap year.       | year:integer",
                "is_palindrome     | Checks if a text is a palindrome           | text:string",
                "gcd               | Greatest common divisor of two integers    | a:integer b:integer",
                "mean              | Arithmetic mean of values.                 | values:other",
                "f_test            | Perform an f-test of two samples           | a:other b:other",
                "caesar            | Shifts each letter of a text               | text:string shift:integer",
                "labour_cost       | Calculates the labour cost of an area      | area:number hourly_wage:number",
            })
    void what_computes_from_its_arguments_alone_is_pure(String tool, String description, String parameters) {
        assertThat(EffectInference.infer(tool, description, types(parameters))).isEqualTo(Answer.PURE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // The world outside.
                "ONLY_READS | convert_money  | Converts an amount with the latest exchange rate | amount:number from:string to:string",
                "ONLY_READS | convert_amount | Converts an amount to another currency | amount:number currency:enum",
                "ONLY_READS | calculate_route | Calculates the shortest route | start:string end:string",
                "ONLY_READS | calculate_distance | Calculates the distance between two cities | from:string to:string",
                "ONLY_READS | calculate_age  | Calculates the age of a person | birth_date:string",
                "ONLY_READS | calculate_days | Calculates the days until a date from today | day:integer",
                "ONLY_READS | calculate_total | Calculates the total of an invoice | invoice_id:integer",
                "ONLY_READS | calculate_sum  | Calculates the sum of an order | order:integer",
                "ONLY_READS | calculate_fee  | Calculates the fee of a transfer | amount:number",
                "ONLY_READS | calculate_size | Calculates the size of a file | path:string",
                "ONLY_READS | calculate_mean | Calculates the mean of a column of a table | column:string",
                "ONLY_READS | calculate_load | Calculates the current load of a server | minutes:integer",
                "ONLY_READS | calculate_now  | Calculates the seconds of the day |",
                "ONLY_READS | calculate_mean | Calculates a random walk | steps:integer",
                "ONLY_READS | count_words    | Counts the words of a text | document_id:string",
                "ONLY_READS | get_factorial  | Returns the factorial of a number | number:integer",
                "ONLY_READS | find_factors   | Finds the factors of success of a firm | firm:integer",
                "ONLY_READS | is_taken       | Checks whether a number is taken | number:integer",
                "ONLY_READS | distance       | Distance to the sea. | x:number y:number",
                // It changes something, or it may.
                "UNKNOWN    | random_number  | Generates a random number | min:integer max:integer",
                "UNKNOWN    | sort_inbox     | Sorts the messages of the inbox | order:string",
                "UNKNOWN    | reverse_payment | Reverses a payment | number:integer",
                "UNKNOWN    | add_points     | Adds points to a score | score:integer points:integer",
                "UNKNOWN    | add_number     | Adds a number to a list | list:other number:number",
                "UNKNOWN    | add_to_cart    | Calculates the total of the articles | number:integer price:number",
                "UNKNOWN    | round_up       | Rounds an amount up and donates the difference | amount:number",
                "UNKNOWN    | raise_volume   | Raises the volume by the given amount | amount:integer",
                "UNKNOWN    | rotate_camera  | Rotates the camera angle by the given degrees | degrees:number",
                "UNKNOWN    | shift_color    | Shifts the color of the lamp by the given amount | amount:integer",
                "UNKNOWN    | raise_replicas | Raises the number of replicas by a number | number:integer",
                "UNKNOWN    | mean           | Calculates the mean of numbers and stores it | numbers:other",
                "UNKNOWN    | mean           | Calculates the mean of numbers. The result is saved. | numbers:other",
                "UNKNOWN    | mean           | Calculates the mean of numbers. Asks the user for more. | numbers:other",
                "UNKNOWN    | mean           | Calculates the mean of numbers. Costs one credit. | numbers:other",
            })
    void what_may_do_more_is_not(Answer expected, String tool, String description, @Nullable String parameters) {
        assertThat(EffectInference.infer(tool, description, types(parameters))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "calculate_tip            | Calculates the tip of a bill. | bill:number percent:number",
                "calculate_area           | Calculates the area of a circle. | radius:number",
                "compute_speed            | Computes the speed from distance and time. | distance:number time:number",
                "calculate_discount       | Calculates the discounted amount. | amount:number discount:number",
                "count_vowels             | Counts the vowels of the text. | text:string",
                "mean                     | Calculates the mean of the numbers | numbers:other precision:integer",
                "add                      | Add two numbers. | a:number b:number",
                "power                    | Calculates the power of a number | base:number exponent:number",
                "round_number             | Rounds a number to the given decimals | number:number decimals:integer",
                "subtract                 | Subtracts one number from another. | a:number b:number",
                "sum_values               | Adds values. | values:other",
                "add_vectors              | Adds two vectors. | u:other w:other",
                "sort_list                | Sorts a list | list:other descending:boolean",
                "invert_matrix            | Inverts a matrix | matrix:other",
                "rotate_list              | Rotates a list by a number of places | list:other places:integer",
                "trim_text                | Trims the text at both ends | text:string",
                // Written after the rules.
                "calculate_volume         | Calculates the volume of a cylinder | radius:number height:number",
                "convert_temperature      | Converts a temperature to Fahrenheit | celsius:number",
                "sum                      | Sums the numbers of a list | numbers:other",
                "subtract_vectors         | Subtracts two vectors | a:other b:other",
                "capitalize               | Capitalizes each word of the text | text:string",
                "sort_words               | Sorts the words of a sentence | sentence:string reverse:boolean",
            })
    void what_gets_its_operands_as_arguments_is_pure(String tool, String description, String parameters) {
        assertThat(EffectInference.infer(tool, description, types(parameters))).isEqualTo(Answer.PURE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "calculate_revenue        | Calculates the revenue of a year. | year:integer",
                "calculate_cart_total     | Calculates the cart total | tax_rate:number",
                "calculate_total          | Calculates the total of the cart. | discount:number",
                "calculate_portfolio_value | Calculates the total value of the portfolio. | include_cash:boolean",
                "calculate_average_rating | Calculate the average rating. | limit:integer",
                "count_words              | Counts the words of the document. | min_length:integer",
                "calculate_mean           | Calculates the mean of the scores | precision:integer",
                "compute_profit           | Computes the profit of the quarter | quarter:integer",
                "calculate_average        | Calculates the average of the measurements. | window:integer",
                "calculate_usage          | Calculates the usage per month | months:integer",
                "calculate_score          | Calculates the score of the game | round:integer",
                "count_letters            | Counts the letters in the note | case_sensitive:boolean",
                "find_median              | Find the median of the values | decimals:integer",
                "calculate_distance       | Calculates the distance to the goal | unit:enum",
                // Written after the rules.
                "calculate_rating         | Calculates the rating of a movie | movie:integer",
                "calculate_usage          | Computes the usage of the disk | threshold:number",
                "calculate_tax            | Calculates the tax due | year:integer month:integer",
                "calculate_spread         | Calculates the spread of the prices | window:integer precision:integer",
                "average_grade            | Calculates the average grade | min:number max:number",
                "calculate_budget         | Calculates the remaining budget | amount:number",
                "calculate_level          | Calculates the level in the tank | offset:number scale:number",
            })
    void what_computes_with_stored_values_only_reads(String tool, String description, String parameters) {
        assertThat(EffectInference.infer(tool, description, types(parameters))).isEqualTo(Answer.ONLY_READS);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "add_text                 | Add text at the given position. | text:string x:number y:number",
                "add_line                 | Adds a line between two points. | x1:number y1:number x2:number y2:number",
                "add_paragraph            | Adds a paragraph of text at the end of the document. | text:string",
                "add_word                 | Adds a word. | word:string",
                "multiply_speed           | Multiplies the speed by a factor. | factor:number",
                "invert_colors            | Inverts the colors of the screen. | enabled:boolean",
                "sort_list                | Sorts the list in ascending or descending order. | ascending:boolean",
                "rotate_matrix            | Rotate the LED matrix | degrees:number",
                "subtract_value           | Subtracts a value. | value:number",
                "divide_speed             | Divides the speed by a number. | number:number",
                "add_numbers              | Adds numbers to the list. | numbers:other",
                "add_value                | Adds a value on the scale. | value:number x:number",
                "shuffle_list             | Sorts the list on the screen. | list:other",
                "reverse_list             | Reverses the list. | start:integer end:integer",
                "rotate_text              | Rotates the text on the display | angle:number",
                "pad_text                 | Pads the text of the label | width:integer",
                "round_value              | Rounds the value of the setting | digits:integer",
                "invert_matrix            | Inverts the matrix of lights | rows:integer",
                "swap_text                | Swaps the text between two columns | x:integer y:integer",
                "add_curve                | Adds a curve. | a:number b:number c:number",
                // Written after the rules.
                "multiply_bid             | Multiplies the bid by two numbers | a:number b:number",
                "sum_column               | Sums the values in the column | column:string",
                "add_point                | Adds a point at the coordinates | x:number y:number",
                "add_digit                | Adds a digit | digit:integer position:integer",
                "reverse_text             | Reverses the text on the screen | speed:number",
                "trim_text                | Trims the text of the note | length:integer",
                "round_score              | Rounds the number on the board | decimals:integer",
            })
    void what_puts_or_changes_something_is_never_pure(String tool, String description, String parameters) {
        assertThat(EffectInference.infer(tool, description, types(parameters))).isNotEqualTo(Answer.PURE);
    }

    private static Map<String, ParameterType> types(@Nullable String parameters) {
        Map<String, ParameterType> types = new LinkedHashMap<>();
        if (parameters != null) {
            for (String parameter : parameters.split(" ", -1)) {
                String[] parts = parameter.split(":", -1);
                types.put(parts[0], ParameterType.valueOf(parts[1].toUpperCase(Locale.ROOT)));
            }
        }
        return types;
    }

    /** A text of such a name may be the key of a stored list, and then a call must wait for what changes the list. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "calculate_mean    | Calculates the mean of a dataset      | dataset:string",
                "sort_list         | Sorts a list alphabetically           | list:string",
                "sort_list         | Sorts the list                        | order:enum digits:number scale:number",
                "reverse           | Reverses the list                     | a:number b:number",
                "sum               | Calculates the sum of the array       | array:string",
                "normalize         | Normalizes a vector                   | vector:string",
                "variable          | Computes the value of a variable      | variable:string",
                "complexity        | Computes the complexity of a function | function:string",
                "frequency         | Computes the frequency of a term      | term:string",
                "throughput        | Computes the throughput of a flow     | flow:string",
                "hash              | Computes the hash of data             | data:string",
            })
    void a_text_that_may_name_something_stored_is_no_value(String tool, String description, String parameters) {
        assertThat(EffectInference.infer(tool, description, types(parameters))).isNotEqualTo(Answer.PURE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "calculate_mean    | Calculates the mean of a dataset      | dataset:other",
                "sort_list         | Sorts a list alphabetically           | list:other",
                "sort_list         | Sorts the list                        | list:other order:enum",
                "slope             | Calculates the slope of a function    | function:string x:number",
                "hash_text         | Computes the hash of a text           | text:string",
                "solve             | Solves an equation                    | equation:string",
            })
    void the_value_itself_is_enough(String tool, String description, String parameters) {
        assertThat(EffectInference.infer(tool, description, types(parameters))).isEqualTo(Answer.PURE);
    }
}
