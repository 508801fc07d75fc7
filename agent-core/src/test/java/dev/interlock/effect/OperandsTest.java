package dev.interlock.effect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.EffectInference.Answer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Arguments that are keys of stored things, although their names are as short as those of values. */
class OperandsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "compute_distance         | Compute the distance between two nodes. | node_a:string node_b:string",
                "compute_distance         | Compute the distance between two nodes. | node_a:other node_b:other",
                "compute_distance         | Compute the distance between two nodes. | node_a:integer node_b:integer",
                "compute_distance         | Compute the distance between two nodes. | node_a:number node_b:number",
                "compute_distance         | Compute the distance between two nodes. | a:integer b:integer",
                "compute_distance         | Compute the distance between two nodes. | a:string b:string",
                "compute_distance         | Compute the distance between nodes a and b. | a:integer b:integer",
                "compute_distance         | Compute the distance from node a to node b. | a:integer b:integer",
                "compute_distance         | Compute the distance from node x to node y. | x:string y:string",
                "compute_similarity       | Compute the similarity of two documents. | document_a:string document_b:string",
                "compute_odds             | Compute the odds of two players. | player_a:string player_b:string",
                "compute_difference       | Compute the difference of two versions. | version_a:string version_b:string",
                "compute_correlation      | Compute the correlation between two assets. | asset_x:string asset_y:string",
                "sort_array               | Sorts an array. | a:string",
                "reverse_list             | Reverses a list. | l:string",
                "compute_similarity       | Compute the similarity between two articles. | article1:integer article2:integer",
                "compute_similarity       | Compute the similarity of two users. | user1:integer user2:integer",
                "compute_similarity       | Compute the similarity of two users. | user1:number user2:number",
                "compute_distance         | Compute the distance between two desks. | desk_a:integer desk_b:integer",
                "compute_distance         | Compute the distance between two cells. | cell1:integer cell2:integer",
                "compute_distance         | Compute the distance between two points. | point_a:integer point_b:integer",
                "calculate_price          | Calculates the discounted amount of a deal. | deal:integer discount_amount:number",
                "calculate_bmi            | Calculates the body mass index of a person. | person:integer height:number",
                "check_even               | Checks whether a shelf is even. | shelf:integer",
                "check_even               | Check if the number is even. | shelf:integer",
                "count_words              | Counts the words of a page. | p:string",
                "calculate_slot           | Calculates the length of time slots. | time_slot_a:integer time_slot_b:integer",
                "compute_similarity       | Compute the similarity between a pair of users. | a:integer b:integer",
                "compute_similarity       | Compute the similarity of users a and b. | a:integer b:integer",
                "compute_distance         | Compute the distance between two nodes. | first_node:integer second_node:integer",
                "compute_distance         | Compute the shortest distance in a graph. | s:integer t:integer",
                "compute_odds             | Compute the odds of both players. | p1:integer p2:integer",
                "calculate_pay            | Calculates the pay of a shift. | shift:integer wage:number",
                "calculate_cost           | Calculates the monthly payment. | loan:integer rate:number",
            })
    void what_may_be_the_key_of_a_stored_thing_is_no_value(String tool, String description, String parameters) {
        assertThat(InferredTool.answer(tool, description, parameters)).isNotEqualTo(Answer.PURE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "add                      | Add two numbers. | a:number b:number",
                "add                      | Add two numbers. | a:integer b:integer",
                "add                      | Add two numbers. | num1:integer num2:integer",
                "add                      | Add two numbers. | first_number:integer second_number:integer",
                "gcd                      | Calculates the greatest common divisor of two numbers. | a:integer b:integer",
                "gcd                      | Compute the gcd of a and b. | a:integer b:integer",
                "calculate_triangle_area  | Calculate the area of a triangle. | base:integer height:integer",
                "calculate_triangle_area  | Calculate the area of a triangle given its base and height. | base:integer height:integer unit:string",
                "distance                 | Calculates the distance between two points. | x1:integer y1:integer x2:integer y2:integer",
                "distance                 | Calculates the distance between two points. | x1:number y1:number x2:number y2:number",
                "edit_distance            | Computes the edit distance between two strings. | a:string b:string",
                "edit_distance            | Computes the edit distance between two texts. | text_a:string text_b:string",
                "reverse                  | Reverses a string. | s:string",
                "force                    | Calculates the gravitational force between two objects. | mass1:integer mass2:integer distance:integer",
                "power                    | Calculates the power of a number | base:integer exponent:integer",
                "linear_fit               | Fit a line to points | x:other y:other",
                "leap                     | Check whether a year is a leap year. | year:integer",
                "permutations             | Calculates the number of permutations of n objects. | n:integer k:integer",
                "distance                 | Calculates the distance between a pair of points. | x1:integer y1:integer x2:integer y2:integer",
                "lcm                      | Find the least common multiple of two integers. | first:integer second:integer",
                "matrix_product           | Calculates the product of two matrices. | a:other b:other",
                "speed                    | Calculates the average speed. | distance_km:integer time_h:integer",
                "interest                 | Calculates the compound interest. | principal:integer rate:number time:integer",
                "divide                   | Divides one number by another. | dividend:integer divisor:integer",
                "hamming                  | Calculates the Hamming distance between two words. | s1:string s2:string",
            })
    void arithmetic_with_its_arguments_is_pure(String tool, String description, String parameters) {
        assertThat(InferredTool.answer(tool, description, parameters)).isEqualTo(Answer.PURE);
    }
}
