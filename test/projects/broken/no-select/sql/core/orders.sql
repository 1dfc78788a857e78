/*
description: Nothing below
*/
-- later
